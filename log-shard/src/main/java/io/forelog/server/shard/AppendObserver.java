package io.forelog.server.shard;

import io.forelog.replication.ShardId;

/** Learns of every append that was committed. Called by any thread; must not block. */
public interface AppendObserver {

    /**
     * @param queueNanos that the part waited before it was sent to be committed
     * @param nanos from its arrival until it was committed
     */
    void appended(ShardId shard, Part part, long queueNanos, long nanos);
}
