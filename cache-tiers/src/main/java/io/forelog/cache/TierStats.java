package io.forelog.cache;

import org.jspecify.annotations.Nullable;

/**
 * What a tier did since the node started.
 *
 * @param requests records asked for, also by probes that no read waits for; {@code hits + misses + errors}, but for
 *     those under way
 * @param errors requests that failed, the {@code timeouts} among them
 * @param skipped records not asked for because the tier is slower than what lies beyond it
 * @param unavailable records not asked for because the tier is starting, cut off or has too many calls under way
 * @param corrupt values that did not check: counted as misses, and dropped
 * @param puts records that the tier took
 * @param putErrors records that it did not take, or not in time
 * @param putsDropped records not offered because it is not available or too many puts are under way
 * @param bytesRead bytes of values that came from it
 * @param bytesWritten bytes of values that it took
 * @param meanNanos running mean of what an answer takes
 * @param p50Nanos median over the last ten to twenty seconds
 * @param p99Nanos of the same time
 * @param savedNanos what its hits would have taken beyond it, at present latencies, less the time spent on it; below
 *     zero for a tier that does not pay
 * @param breaker the circuit breaker's state for reads, by resilience4j's names
 * @param writeBreaker the same for puts
 * @param lastError what went wrong last, or null
 */
public record TierStats(
        AnsweredBy tier,
        TierState state,
        long requests,
        long hits,
        long misses,
        long errors,
        long timeouts,
        long skipped,
        long unavailable,
        long corrupt,
        long puts,
        long putErrors,
        long putsDropped,
        long bytesRead,
        long bytesWritten,
        TierUsage usage,
        double meanNanos,
        long p50Nanos,
        long p99Nanos,
        double savedNanos,
        String breaker,
        String writeBreaker,
        @Nullable String lastError) {

    /** Returns hits per request, in 0..1. */
    public double hitRatio() {
        return requests == 0 ? 0 : (double) hits / requests;
    }
}
