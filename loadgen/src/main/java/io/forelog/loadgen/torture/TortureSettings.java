package io.forelog.loadgen.torture;

import io.forelog.loadgen.torture.load.TortureLoad.Scale;
import java.time.Duration;
import java.util.List;

/**
 * What is done, to how many nodes, for how long.
 *
 * @param nodes at least 3: less has no minority that could fail
 * @param duration in which faults begin; what they leave behind is waited for
 * @param faults by name, in the order of {@link io.forelog.loadgen.torture.fault.Faults#names}
 * @param quietLeast the least time between two faults of one lane, the most is twice that
 * @param lastsMost the longest time that a fault lasts by itself, the shortest is half a second
 * @param scale of the load
 * @param seed of which fault comes when, and of what is read; the cluster's own part in it is not repeatable
 */
public record TortureSettings(
        int nodes,
        Duration duration,
        List<String> faults,
        Duration quietLeast,
        Duration lastsMost,
        Scale scale,
        long seed) {

    public TortureSettings {
        if (nodes < 3) {
            throw new IllegalArgumentException("a torture needs at least 3 nodes, not " + nodes);
        }
        if (!duration.isPositive() || !quietLeast.isPositive() || lastsMost.compareTo(Duration.ofMillis(500)) <= 0) {
            throw new IllegalArgumentException("durations are positive, and a fault lasts longer than 500 ms");
        }
        faults = List.copyOf(faults);
    }
}
