package io.forelog.replication;

/**
 * Where a batch was appended.
 *
 * @param baseOffset the offset of its first record
 * @param count of its records
 * @param duplicate whether an earlier append of the same producer and sequence had put it there
 */
public record Appended(long baseOffset, int count, boolean duplicate) {}
