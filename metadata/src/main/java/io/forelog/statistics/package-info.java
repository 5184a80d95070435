/**
 * What was read and appended, per shard and minute, kept for fourteen days at falling resolution.
 *
 * <p>An access is counted by an {@link io.forelog.statistics.AccessRecorder}: a stripe chosen by the thread, so that
 * threads hardly meet, a few additions and one update of a HyperLogLog; names (keys, prefixes, readers, content types)
 * go into frequent-items sketches for one access of sixteen only. Each minute becomes a {@link
 * io.forelog.statistics.Period}, an immutable value that can be added to others: of later minutes, of other nodes. A
 * {@link io.forelog.statistics.StatisticsStore} keeps them, coarser as they age, and survives restarts in one
 * checksummed file.
 *
 * <p>Sketches are those of Apache DataSketches (frequent items: Anderson et al., "A high-performance algorithm for
 * identifying frequent items in data streams", IMC 2017; distinct counts: Flajolet et al., "HyperLogLog", 2007).
 *
 * <p>Imports {@code metadata} for ranges of the hash space. Knows nothing of who decides by it.
 */
@NullMarked
package io.forelog.statistics;

import org.jspecify.annotations.NullMarked;
