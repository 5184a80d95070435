/**
 * A copy of a running cluster's logs in an archive store, and a fresh cluster from it: settings, shards with their
 * lineage,
 * every record at its address, named cursors.
 *
 * <p>Speaks to a node by HTTP only. Imports {@code record} and {@code storage.archive} of our own, and nothing else of
 * the
 * server: what is restored goes the way that every append, split and merge goes, so a backup outlives any change of
 * how a
 * node stores things.
 *
 * <p>Invariants:
 * <ul>
 *   <li>The manifest is written last: without it there is no backup.
 *   <li>Cursors are read before the shards, so that none is ahead of what was copied; of each shard all is copied that
 * was
 *       committed when its map was read, and of a sealed one all there is.
 *   <li>A shard of which retention has deleted records begins where it began, so that what is left keeps its addresses.
 *   <li>Each append of a restore says which offset it is for: it may be repeated, and nothing comes elsewhere.
 * </ul>
 */
@NullMarked
package io.forelog.server.backup;

import org.jspecify.annotations.NullMarked;
