/**
 * Who reads what after what: the sources of guesses, and the bounded tables that they learn in.
 *
 * <p>Imports nothing of ours. Confined to one thread at a time; knows neither caches nor clocks.
 */
@NullMarked
package io.forelog.prefetch.model;

import org.jspecify.annotations.NullMarked;
