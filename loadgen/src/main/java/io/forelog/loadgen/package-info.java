/**
 * The client, workloads, trace replay and reports. Speaks HTTP only; of our own modules it imports {@code record},
 * and only the packages that run a part of a node offline import that part: {@code loadgen.simulate} the cache and the
 * prefetcher, {@code loadgen.forecast} the forecaster, {@code loadgen.rehearse} the shard manager.
 */
@NullMarked
package io.forelog.loadgen;

import org.jspecify.annotations.NullMarked;
