/**
 * A world for a whole cluster in one thread: virtual time, threads that take turns, a network that delays, loses,
 * doubles and cuts, and disks that crash, tear, fill up and flip bits. All chance comes from one seed, so a run is
 * repeated by its seed alone.
 *
 * <p>It fills the seams of {@code raft} ({@link io.forelog.raft.RaftRuntime},
 * {@link io.forelog.raft.transport.Network}, {@link io.forelog.raft.wal.WalStorage}), so what runs in it are the very
 * classes that a node runs. Of the product's own, nothing but {@code ./forelog simulate-cluster} and tests may use it.
 *
 * <p>Imports {@code raft} and its subpackages.
 */
@NullMarked
package io.forelog.simulation;

import org.jspecify.annotations.NullMarked;
