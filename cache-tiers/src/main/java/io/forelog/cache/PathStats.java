package io.forelog.cache;

import java.util.List;

/**
 * What the path did since the node started.
 *
 * @param localHits reads that the local cache answered, {@code prefetchedHits} among them
 * @param localMisses reads that it did not answer
 * @param prefetchedHits first reads of records that had been prefetched
 * @param localMeanNanos running mean of a look into the local cache, by a sample
 * @param localP50Nanos its median over the last ten to twenty seconds
 * @param localP99Nanos of the same time
 * @param localSavedNanos what its hits would have taken beyond it, at present latencies
 * @param joined reads that waited for a fetch under way, and so cost no fetch of their own
 * @param joinedPrefetches those of them that waited for a prefetch: it came late, but not for nothing
 * @param fetchesUnderWay at this moment
 * @param fetchesRefused reads and prefetches refused because too many fetches were under way
 * @param ownerReads records asked of their shard, on this node or another
 * @param ownerFailures of them, those that failed, the records that are not there included
 * @param ownerMeanNanos running mean of a read of one record of a shard on another node
 * @param ownerP50Nanos its median over the last ten to twenty seconds
 * @param ownerP99Nanos of the same time
 * @param localOwnerMeanNanos running mean of a read of a shard on this node
 * @param localOwnerP50Nanos its median over the last ten to twenty seconds
 * @param localOwnerP99Nanos of the same time
 * @param hedged records asked of a second replica too, one alone or many in a call
 * @param hedgesWon of them, those that the second replica had first
 * @param tiers the shared tiers, nearest first
 * @param shards reads by shard
 */
public record PathStats(
        long localHits,
        long localMisses,
        long prefetchedHits,
        double localMeanNanos,
        long localP50Nanos,
        long localP99Nanos,
        double localSavedNanos,
        long joined,
        long joinedPrefetches,
        int fetchesUnderWay,
        long fetchesRefused,
        long ownerReads,
        long ownerFailures,
        double ownerMeanNanos,
        long ownerP50Nanos,
        long ownerP99Nanos,
        double localOwnerMeanNanos,
        long localOwnerP50Nanos,
        long localOwnerP99Nanos,
        long hedged,
        long hedgesWon,
        List<TierStats> tiers,
        List<ShardReads> shards) {}
