/**
 * What the node does at this moment: counters turned into rates, latencies of the last second, and the snapshot of
 * all of it that the dashboard shows.
 */
@NullMarked
package io.forelog.server.live;

import org.jspecify.annotations.NullMarked;
