/**
 * Any node serves any call: finds who leads a shard's group or holds a replica, calls the components here or those of
 * that node, and goes on to another when one is gone or was the wrong one.
 *
 * <p>Imports {@code server.peer}, {@code server.shard}, {@code replication}, {@code metadata}, {@code plan},
 * {@code cache}, {@code record} and {@code error}.
 *
 * <p>Invariants: an append whose outcome may be that it was appended never fails with anything but commit-unknown, and
 * is sent again only if the shard can tell a repeat. That a record is not there is said by a leader alone, after it
 * made sure that it leads.
 */
@NullMarked
package io.forelog.server.route;

import org.jspecify.annotations.NullMarked;
