package io.forelog.loadgen.replay;

import io.forelog.loadgen.load.LatencySummary;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replay came to. Ratios are shares of all reads, in 0 to 1.
 *
 * @param prefetch whether the server prefetched; null if it was not asked
 * @param seconds from the first read to the end of the last
 * @param answeredBy reads by who answered
 * @param localHitRatio answered at once by the coordinator's own cache, prefetched or not
 * @param prefetchedHitRatio of these, the first reads of prefetched records
 * @param joinedRatio waited for a fetch that was under way
 * @param mismatches reads that gave other bytes than were appended
 * @param errors reads that failed for good, by kind
 * @param issued fetches that the prefetcher made meanwhile
 * @param used of these, records read at least once
 * @param waste issued and not used until the end, for each read
 * @param series the local hit ratio and latencies over time
 */
public record ReplayResult(
        String trace,
        String log,
        @Nullable Boolean prefetch,
        long reads,
        int distinctKeys,
        int clients,
        double seconds,
        double readsPerSecond,
        Map<String, Long> answeredBy,
        double localHitRatio,
        double prefetchedHitRatio,
        double joinedRatio,
        double regionalHitRatio,
        double globalHitRatio,
        double shardRatio,
        LatencySummary latencyMicros,
        long mismatches,
        Map<String, Long> errors,
        long retries,
        long issued,
        long used,
        double waste,
        List<Point> series) {

    /** A stretch of the replay: its end in seconds, its reads a second, the share answered locally. */
    public record Point(double second, double readsPerSecond, double localHitRatio, double p99Micros) {}

    /** Returns whether every read succeeded and gave what was appended. */
    public boolean isSuccess() {
        return reads > 0 && mismatches == 0 && errors.isEmpty();
    }
}
