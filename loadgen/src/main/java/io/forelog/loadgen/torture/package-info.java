/**
 * A cluster of real nodes under verified load while all that can go wrong goes wrong: which promises hold, how long
 * callers had to wait, and why.
 *
 * <p>Imports {@code torture.cluster}, {@code torture.fault}, {@code torture.load}, and {@code loadgen.load} for the
 * gaps between appends.
 */
@NullMarked
package io.forelog.loadgen.torture;

import org.jspecify.annotations.NullMarked;
