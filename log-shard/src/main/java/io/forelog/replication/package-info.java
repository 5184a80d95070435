/**
 * Orders the appends of shards, makes them durable, and says when they are committed.
 *
 * <p>A replication group carries many shards ({@link io.forelog.replication.GroupReplication}). Its Raft log is the
 * write-ahead log: {@link io.forelog.replication.HostedGroup} gathers appends into its entries, and every replica applies
 * them to its shards ({@link io.forelog.replication.GroupMachine}), whose records are not forced until a checkpoint lets
 * the group's log go. What is applied after a crash a second time is recognised by offset and CRC. A replica that is
 * behind the others' logs copies records from them ({@link io.forelog.replication.ShardCopy}).
 *
 * <p>Imports {@code storage}, {@code metadata}, {@code raft}, {@code record} and {@code error}. Knows nothing of caches or
 * HTTP. Invariant: a record below a replica's high watermark is never lost and never changes.
 */
@NullMarked
package io.forelog.replication;

import org.jspecify.annotations.NullMarked;
