/**
 * The write-ahead log of one replica of a replication group, and the few bytes of state beside it.
 *
 * <p>The log is strictly append-only: a truncation of the tail is itself a record. Every record carries the CRC32C of
 * its content and that of the record before it, so a recovered log is one unbroken chain. What recovery does with a
 * record that does not fit the chain is the heart of the package, see {@link io.forelog.raft.wal.LogRecovery}.
 *
 * <p>Knows nothing of Raft beyond an index and a term, and nothing of MicroRaft. Imports nothing of ours.
 */
@NullMarked
package io.forelog.raft.wal;

import org.jspecify.annotations.NullMarked;
