/**
 * What the cluster knows of its logs: settings, shards, the ranges of the hash space that they take, and the
 * store that keeps it. Everything here is an immutable value; a change is a {@link
 * io.forelog.metadata.MetadataCommand} that makes the next {@link io.forelog.metadata.ClusterState} of the last.
 *
 * <p>Imports {@code record} and {@code error}. Knows nothing of storage, caches or HTTP.
 */
@NullMarked
package io.forelog.metadata;

import org.jspecify.annotations.NullMarked;
