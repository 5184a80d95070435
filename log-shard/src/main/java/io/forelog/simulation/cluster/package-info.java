/**
 * A cluster of nodes in a simulated world ({@link io.forelog.simulation}): metadata, replication groups, splits, merges
 * and moves, the shard manager's decisions, the path of reads over the caches, and the prefetcher, run by the very
 * classes of a node, under faults and clients drawn from one seed, and a checker of what they promise. Meanwhile an
 * {@link io.forelog.simulation.cluster.Operator} may delete the log, and remove nodes and add others.
 * {@code ./forelog simulate-cluster} runs it over many seeds.
 *
 * <p>What is a model here, because the real one maps files or speaks HTTP: a shard's records on disk
 * ({@link io.forelog.simulation.cluster.SimulatedShardLog}) and in the archive
 * ({@link io.forelog.simulation.cluster.SimulatedArchive}), calls between nodes
 * ({@link io.forelog.simulation.cluster.SimulatedPeers}, {@link io.forelog.simulation.cluster.SimulatedOwner}), and the
 * caches that nodes share ({@link io.forelog.simulation.cluster.SimulatedTier}).
 * {@link io.forelog.simulation.cluster.Sabotage} breaks one promise on purpose, to prove that the checker would notice.
 *
 * <p>Imports {@code simulation}, {@code replication}, {@code cache}, {@code storage}'s interfaces, {@code metadata},
 * {@code plan}, {@code raft}, {@code record}, {@code error}, {@code prefetch}, {@code manager}, and of the server what
 * is neither HTTP nor JSON: the driver and the routes of plans, the prefetcher's target, retention and archive.
 * Nothing of a node imports it.
 */
@NullMarked
package io.forelog.simulation.cluster;

import org.jspecify.annotations.NullMarked;
