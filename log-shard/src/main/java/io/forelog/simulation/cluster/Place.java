package io.forelog.simulation.cluster;

import io.forelog.replication.ShardId;

/**
 * Where an append was acknowledged.
 *
 * @param offset of its first record
 */
record Place(ShardId shard, long offset, int count) {

    long end() {
        return offset + count;
    }

    @Override
    public String toString() {
        return History.address(shard, offset);
    }
}
