/**
 * Calls between the nodes of a cluster: messages as bytes, who may send them, the pooled connections that carry them,
 * and what a node answers of its own shards.
 *
 * <p>A message is a version byte and then fields of fixed width or with a length before them, big-endian; every length
 * is held against what is left and against a bound of the field's own before anything is allocated. A call is one
 * HTTP/2 stream to {@code /internal/}, so that it needs no port and no security of its own.
 *
 * <p>Invariant: {@link PeerException#mayHaveArrived} is false only if the peer did nothing. All that decides whether
 * an append may be repeated stands on it.
 *
 * <p>Imports {@code server.shard}, {@code server.security}, {@code replication}, {@code metadata}, {@code cache},
 * {@code record}, {@code error}, and of {@code raft} who a member is; not {@code server.http}, which only carries the
 * bytes.
 */
@NullMarked
package io.forelog.server.peer;

import org.jspecify.annotations.NullMarked;
