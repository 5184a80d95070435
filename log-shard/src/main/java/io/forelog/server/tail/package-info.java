/**
 * Reading a log on and on, over all its shards: where a reader is ({@link io.forelog.server.tail.Position}), which
 * shards it may read next, and the tails that are sent records as they commit.
 *
 * <p>Shards are read through {@link io.forelog.server.shard.ShardReader}, so that it does not matter which node holds
 * them. What is known of each is kept in one place ({@link io.forelog.server.tail.ClusterFeed}); readers at the end of
 * a log wait there and not at the shards.
 *
 * <p>Knows no HTTP but for the response that a tail writes to. Invariants: no record of a child shard is given before
 * all of its parents are read; a position that was given once leads on from exactly there, on any node.
 */
@NullMarked
package io.forelog.server.tail;

import org.jspecify.annotations.NullMarked;
