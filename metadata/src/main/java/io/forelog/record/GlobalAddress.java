package io.forelog.record;

/**
 * A record's address in the whole cluster, and the key of its cache entry. The incarnation, not the log's
 * name, is in it: a log that is deleted and created again under the same name has other records.
 *
 * @param log the log's incarnation, unique for ever in a cluster
 * @param shard the shard's number in that log
 * @param offset the record's offset in that shard
 */
public record GlobalAddress(long log, int shard, long offset) {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /**
     * Returns a hash of its own: a record's usual one is the same for offset 31 of a shard and offset 0 of the next, so
     * that with four shards of like length each address would share its hash with three others.
     */
    @Override
    public int hashCode() {
        return (int) (((log * GOLDEN + shard) * GOLDEN + offset) * GOLDEN >>> 32);
    }
}
