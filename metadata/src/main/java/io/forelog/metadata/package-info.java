/**
 * What the cluster knows of its nodes, groups and logs: settings, shards, the ranges of the hash space that they take,
 * and the store that keeps it. Everything here is an immutable value; a change is a
 * {@link io.forelog.metadata.MetadataCommand} that makes the next {@link io.forelog.metadata.ClusterState} of the last.
 *
 * <p>Where groups go when nodes come, go, or are gone for long, {@link io.forelog.metadata.PlacementPlan} says. A
 * group's leader brings it there, and tells the metadata of what it is made by then
 * ({@link io.forelog.metadata.MetadataCommand.GroupFormed}): what a node has is let go of only after that.
 *
 * <p>Imports {@code record}, {@code error}, {@code plan} and {@code raft}. Knows nothing of storage, caches or HTTP.
 */
@NullMarked
package io.forelog.metadata;

import org.jspecify.annotations.NullMarked;
