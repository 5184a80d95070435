/**
 * Offline evaluation in virtual time: the node's own cache and prefetch classes, fed from a trace. The only package
 * of this module that imports {@code cache.local} and {@code prefetch}.
 */
@NullMarked
package io.forelog.loadgen.simulate;

import org.jspecify.annotations.NullMarked;
