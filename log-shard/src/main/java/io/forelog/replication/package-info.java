/**
 * Orders the appends of shards, makes them durable, and says when they are committed.
 *
 * <p>A replication group carries many shards ({@link io.forelog.replication.GroupReplication}). Its Raft log is the
 * write-ahead log: {@link io.forelog.replication.HostedGroup} gathers appends into its entries, and every replica
 * applies them to its shards ({@link io.forelog.replication.GroupMachine}), whose records are not forced until a
 * checkpoint lets the group's log go. What is applied after a crash a second time is recognised by offset and CRC. A
 * replica that is behind the others' logs copies records from them ({@link io.forelog.replication.ShardCopy}).
 *
 * <p>A split or a merge is an entry of a group's log, at which every replica seals the parents and opens the children
 * ({@link io.forelog.replication.ShardSteps}): so each append is before it, in a parent, or after it, in a child. Where
 * parents and children are of several groups, whoever opens a child asks one parent's group after the other to seal,
 * and opens it once all have; no record is copied, for parents stay where they are. A child remembers what producers
 * appended to its ancestors. A move ends a shard's appends in one group's log and goes on in another's where it ended,
 * with a higher epoch; a group that gave a shard away remembers so, and never opens it anew. What is due the leaders of
 * groups read from the metadata's plans ({@link io.forelog.replication.PlanSteps}, {@link
 * io.forelog.replication.MoveSteps}), so that any of them goes on where another stopped; only once a cutover is
 * complete does the map name the new shards. Of a request that one parent of a merge took and another did not, a repeat
 * is told by the first; whoever sent it asks the other parents for the rest.
 *
 * <p>A node runs a replica of a group from when the metadata places one on it until the group's leader has told that
 * the group does without it, and deletes what is left of it, and of shards that have gone, after a while
 * ({@link io.forelog.replication.Leftovers}).
 *
 * <p>Imports {@code storage}, {@code metadata}, {@code plan}, {@code raft}, {@code record} and {@code error}. Knows
 * nothing of caches or HTTP. Invariant: a record below a replica's high watermark is never lost and never changes.
 */
@NullMarked
package io.forelog.replication;

import org.jspecify.annotations.NullMarked;
