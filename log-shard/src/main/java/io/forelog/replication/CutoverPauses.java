package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.PlanState;
import io.forelog.raft.RaftRuntime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures for how long nobody takes the appends of a shard that is split, merged or moved: on the node that ends them,
 * from before it does so until the map there names who takes them then. So it is rather too long than too short. Safe
 * for use by any thread.
 */
final class CutoverPauses {

    private static final Logger LOG = LoggerFactory.getLogger(CutoverPauses.class);

    /** Of a part: with others as slow, a pause comes to what callers notice. */
    private static final Duration SLOW = Duration.ofMillis(20);

    private final MetadataStore metadata;
    private final RaftRuntime runtime;
    private final Map<Long, Long> began = new ConcurrentHashMap<>();
    private final List<PauseListener> listeners = new CopyOnWriteArrayList<>();

    CutoverPauses(MetadataStore metadata, RaftRuntime runtime) {
        this.metadata = metadata;
        this.runtime = runtime;
        metadata.watch((before, after) -> {
            if (before.plans() != after.plans() && !began.isEmpty()) {
                look(after);
            }
        });
    }

    /** Tells {@code listener} of each pause, and of its parts. */
    void onMeasured(PauseListener listener) {
        listeners.add(listener);
    }

    /**
     * Takes note that appends are about to be ended; a step that is tried again began when it was first, and one that
     * comes after its plan's cutover stops nothing.
     */
    void begin(long plan) {
        began.putIfAbsent(plan, runtime.nanoTime());
        var known = metadata.state().plans().find(plan);
        if (known == null || known.state() != PlanState.CUTOVER) {
            began.remove(plan);
        }
    }

    long nanoTime() {
        return runtime.nanoTime();
    }

    /** Takes note of a part of a plan's cutover that is over; returns the time now, at which the next one begins. */
    long took(PauseListener.Part part, long plan, long sinceNanos) {
        long now = runtime.nanoTime();
        long nanos = now - sinceNanos;
        if (nanos > SLOW.toNanos()) {
            LOG.info("plan {}: part {} of its cutover took {} ms", plan, part, TimeUnit.NANOSECONDS.toMillis(nanos));
        }
        listeners.forEach(listener -> listener.took(part, nanos));
        return now;
    }

    private void look(ClusterState state) {
        began.forEach((id, since) -> {
            var plan = state.plans().find(id);
            boolean isOver = plan == null || plan.state() != PlanState.CUTOVER;
            if (isOver && began.remove(id, since) && plan != null && plan.state() == PlanState.WATCH) {
                measured(id, runtime.nanoTime() - since);
            }
        });
    }

    private void measured(long plan, long nanos) {
        listeners.forEach(listener -> listener.paused(nanos));
        long micros = Math.max(1, TimeUnit.NANOSECONDS.toMicros(nanos));
        metadata.submit(new ChangePlan(new PlanCommand.Measured(plan, 0, micros)))
                .exceptionally(failure -> {
                    LOG.info("the pause of plan {}, {} us, is not recorded: {}", plan, micros, failure.toString());
                    return metadata.state();
                });
    }
}
