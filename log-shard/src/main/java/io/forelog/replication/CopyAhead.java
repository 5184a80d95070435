package io.forelog.replication;

/**
 * A move that is announced: the target group's nodes copy the shard's records before there is a plan.
 *
 * @param logName the name of the shard's log
 */
public record CopyAhead(ShardId shard, String logName, int sourceGroup, int targetGroup) {}
