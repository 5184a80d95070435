/**
 * Forelog beside its neighbours on one machine: each {@link io.forelog.loadgen.bench.Peer} is started as real servers,
 * spoken to through its own client, and given the same work in alternation; what is reported is the ratio of each round
 * and how far the rounds lie apart.
 *
 * <p>One driver owns threads, time, histograms and processor time, so that every peer is measured in the same way.
 * Kafka's client is not on the class path unless a comparison with Kafka is asked for. Of our own modules imports
 * {@code io.forelog.record}.
 */
@NullMarked
package io.forelog.loadgen.bench;

import org.jspecify.annotations.NullMarked;
