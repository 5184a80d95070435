/**
 * Messages between nodes: one TCP connection for each pair of nodes, over which all their replication groups talk. It
 * moves opaque frames and may lose them, as Raft expects of a network; it never alters or repeats one.
 *
 * <p>Blocking sockets on threads of their own: one that writes and one that reads for each peer. Writes from foreign
 * threads to a Vert.x socket were seen to stall.
 *
 * <p>Knows nothing of Raft. Imports nothing of ours.
 */
@NullMarked
package io.forelog.raft.transport;

import org.jspecify.annotations.NullMarked;
