/** The demonstration: a node as a child process, the same reads with prefetch off and on, one table. */
@NullMarked
package io.forelog.loadgen.demo;

import org.jspecify.annotations.NullMarked;
