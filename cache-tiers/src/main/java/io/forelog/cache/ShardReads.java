package io.forelog.cache;

/**
 * Reads of one shard through this node, by who answered them. What one tier did not answer, though it is nearer than
 * the one that did, it missed.
 *
 * @param log the log's incarnation; −1 for the shards beyond the bound, which are counted together
 * @param shard the shard's number; −1 likewise
 * @param owner answered by a replica of the shard
 */
public record ShardReads(long log, int shard, long local, long regional, long global, long owner) {

    /** Returns the share of reads that the local cache answered, in 0..1. */
    public double localHitRatio() {
        long reads = local + regional + global + owner;
        return reads == 0 ? 0 : (double) local / reads;
    }
}
