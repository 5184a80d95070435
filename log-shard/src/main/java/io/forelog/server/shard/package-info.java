/**
 * The shards that are open on this node: a verticle for each that gathers appends, and where a record is read.
 *
 * <p>Imports {@code replication}, {@code storage}, {@code metadata}, {@code plan}, {@code cache}, {@code record} and
 * {@code error}.
 */
@NullMarked
package io.forelog.server.shard;

import org.jspecify.annotations.NullMarked;
