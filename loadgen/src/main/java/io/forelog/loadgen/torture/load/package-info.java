/**
 * Writers and readers of a log that is being tortured, and what they know of it: each record's fate, each address's
 * record, and whether what is read can be right. Every reader checks at once what it sees; the whole is checked at the
 * end by {@code loadgen.verify}.
 *
 * <p>Imports {@code loadgen.client}, {@code loadgen.verify} and {@code record} of our own.
 *
 * <p>Invariants: a key belongs to one writer, which sends its next record after it knows what became of the last one,
 * so that a key's records are numbered in the order in which they must be read.
 */
@NullMarked
package io.forelog.loadgen.torture.load;

import org.jspecify.annotations.NullMarked;
