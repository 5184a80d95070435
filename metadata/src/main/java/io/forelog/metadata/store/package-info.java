/**
 * The store of the cluster's state: one replicated group, {@code metadata}, of all nodes, in which at most five vote
 * and the others learn. So each node holds the state, reads it without asking anyone, and is told of each change.
 *
 * <p>A command is applied once, however often it is sent: its submitter numbers it, and the replicated state remembers
 * which numbers were applied ({@link io.forelog.metadata.store.Sessions}). What came of it the submitter sees when its
 * own replica applies it; the answers of other nodes only say whether to send it again, and where to.
 *
 * <p>Imports {@code metadata}, {@code error} and {@code raft}.
 */
@NullMarked
package io.forelog.metadata.store;

import org.jspecify.annotations.NullMarked;
