package io.forelog.loadgen.replay;

import org.jspecify.annotations.Nullable;

/**
 * How a trace is replayed.
 *
 * @param log where its keys are appended; created if there is none
 * @param speed 1 for the trace's own pace, 10 for ten times as fast; 0 for as fast as answers come
 * @param rate reads a second, evenly spaced, instead of at the trace's times; 0 for no rate
 * @param clients reads under way at most
 * @param ordered whether the reads of one client wait for each other
 * @param readsMax how many of the trace's reads are made
 * @param valueBytes length of each value
 * @param prefetch what the server's prefetching is switched to first; null to leave it as it is
 */
public record ReplaySettings(
        String log,
        double speed,
        double rate,
        int clients,
        boolean ordered,
        int readsMax,
        int valueBytes,
        @Nullable Boolean prefetch) {

    public ReplaySettings {
        if (!(speed >= 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("speed is 0 or more, not " + speed);
        }
        if (!(rate >= 0) || Double.isInfinite(rate) || rate > 0 && speed > 0) {
            throw new IllegalArgumentException("rate is 0 or more and not together with speed, not " + rate);
        }
        if (clients < 1 || readsMax < 1 || valueBytes < 0) {
            throw new IllegalArgumentException("clients and reads are at least 1, value-bytes at least 0, not "
                    + clients + ", " + readsMax + ", " + valueBytes);
        }
    }
}
