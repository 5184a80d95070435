/** Recorded reads: gzip'd text, one read a line in time order. Imports nothing of ours. */
@NullMarked
package io.forelog.loadgen.trace;

import org.jspecify.annotations.NullMarked;
