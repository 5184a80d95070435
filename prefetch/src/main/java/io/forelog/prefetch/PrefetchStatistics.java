package io.forelog.prefetch;

import io.forelog.prefetch.model.Source;
import java.util.List;
import java.util.Map;

/**
 * What became of the prefetches, at one moment.
 *
 * @param shards each shard that was read, by {@link ModelKey#logAndShard}
 * @param total all shards together
 * @param modelBytes memory that the model takes
 * @param trackedKeys keys that the model knows
 * @param readers readers whose recent reads are known
 * @param eventsDropped reads that were not learnt from because too many waited
 * @param inFlight prefetches under way
 * @param threshold the least score that is fetched at present
 * @param latencyNanos what a prefetch takes at present, smoothed, in the clock's time
 */
public record PrefetchStatistics(
        List<Shard> shards,
        Shard total,
        long modelBytes,
        long trackedKeys,
        long readers,
        long eventsDropped,
        int inFlight,
        double threshold,
        long latencyNanos) {

    public PrefetchStatistics {
        shards = List.copyOf(shards);
    }

    /**
     * One shard's.
     *
     * @param shard log incarnation and shard, as {@link ModelKey#logAndShard} packs them; -1 for all together
     * @param reads reads that the model learnt from
     * @param predictions guesses made, whether fetched or not
     * @param queue guesses that wait now
     * @param stale guesses dropped because they waited too long
     * @param counts what became of the fetches
     * @param sources the same by source; a fetch counts for the source that scored highest
     * @param coverage (misses without prefetch - misses) / misses without prefetch, by a sampled shadow cache
     * @param aggressiveness fetches per read, lately
     * @param state whether it prefetches
     * @param reason why it does not, or empty
     */
    public record Shard(
            long shard,
            long reads,
            long predictions,
            int queue,
            long stale,
            Counts counts,
            Map<Source, Counts> sources,
            double coverage,
            double aggressiveness,
            State state,
            String reason) {

        public Shard {
            sources = Map.copyOf(sources);
        }
    }

    /** Whether prefetches are fetched. */
    public enum State {
        /** It fetches. */
        ON,
        /** It only learns: too little is known so far. */
        LEARNING,
        /** It only learns: fetching did harm. */
        OFF
    }

    /**
     * What became of fetches.
     *
     * @param issued fetches started
     * @param used fetched and then read
     * @param late asked for while the fetch was under way
     * @param wasted fetched and evicted unread
     */
    public record Counts(long issued, long used, long late, long wasted) {

        /** Returns used / issued, 0 before the first. */
        public double accuracy() {
            return issued == 0 ? 0 : (double) used / issued;
        }
    }
}
