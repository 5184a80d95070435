/**
 * Ports of this machine, for those who start several processes on it: a cluster on one machine, peers of a benchmark,
 * tests. Imports nothing of ours.
 */
@NullMarked
package io.forelog.ports;

import org.jspecify.annotations.NullMarked;
