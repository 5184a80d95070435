package io.forelog.replication;

/**
 * Where a batch was appended.
 *
 * @param shard number of the shard; an ancestor of the one asked for, if that took an earlier append of the same
 *     producer and sequence before it was sealed
 * @param baseOffset the offset of its first record
 * @param count of its records
 * @param duplicate whether an earlier append of the same producer and sequence had put it there
 */
public record Appended(int shard, long baseOffset, int count, boolean duplicate) {}
