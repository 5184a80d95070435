/**
 * How a node becomes part of a cluster and stays one: who it is ({@code Identity}, kept with its data), how it founds a
 * cluster or joins one ({@code Entry}, {@code JoinDesk}), whether it still is who it was ({@code IdentityCheck}), and
 * the parts that all of its groups stand on ({@code ClusterParts}: network, threads, the metadata store).
 * {@code ClusterMain} runs several nodes on one machine.
 *
 * <p>Imports {@code metadata}, {@code raft}, {@code server.peer}, {@code server.security} and {@code server.config},
 * and of the caches only what starts a Redis.
 */
@NullMarked
package io.forelog.server.cluster;

import org.jspecify.annotations.NullMarked;
