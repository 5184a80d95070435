/**
 * Real nodes in processes of their own on this machine, the network between them, and a Redis of their own: with verbs
 * to do each of them harm. Stands on child processes, signals and proxies, for a fault is worth what the real thing
 * makes of it.
 *
 * <p>Imports {@code loadgen.demo} for the process of one node, and nothing else of ours.
 */
@NullMarked
package io.forelog.loadgen.torture.cluster;

import org.jspecify.annotations.NullMarked;
