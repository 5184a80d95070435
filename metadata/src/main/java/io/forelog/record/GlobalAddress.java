package io.forelog.record;

/**
 * A record's address in the whole cluster, and the key of its cache entry. The incarnation, not the log's
 * name, is in it: a log that is deleted and created again under the same name has other records.
 *
 * @param log the log's incarnation, unique for ever in a cluster
 * @param shard the shard's number in that log
 * @param offset the record's offset in that shard
 */
public record GlobalAddress(long log, int shard, long offset) {}
