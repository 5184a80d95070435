/**
 * The client, workloads, trace replay and reports. Speaks HTTP only; of our own modules it imports {@code record},
 * and only {@code loadgen.simulate}, which runs the node's cache and prefetch classes offline, imports those.
 */
@NullMarked
package io.forelog.loadgen;

import org.jspecify.annotations.NullMarked;
