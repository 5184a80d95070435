/**
 * Workloads: what is asked (appends, reads, a mixture, tails), of which keys, and when (open loop by a schedule, closed
 * loop by clients), with latency measured from the moment an operation was meant to start.
 *
 * <p>One run is confined to one Vert.x context, so nothing here locks: on a machine that it shares with the server,
 * a generator should take one core and leave the rest. Only the pacer of the open loop has a thread of its own.
 */
@NullMarked
package io.forelog.loadgen.load;

import org.jspecify.annotations.NullMarked;
