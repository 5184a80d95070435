/**
 * A small asynchronous client of the HTTP API, for programs of any kind:
 * {@link io.forelog.loadgen.client.ForelogClient} for calls, {@link io.forelog.loadgen.client.BatchingProducer} to
 * append records as they come, {@link io.forelog.loadgen.client.Tail} and {@link io.forelog.loadgen.client.NamedCursor}
 * to read on and on. Every call returns a Vert.x {@code Future} that is completed on the context that made the call,
 * with an answer or one of the four {@link io.forelog.loadgen.client.ForelogClientException}s, which say what a caller
 * may do next.
 *
 * <p>Imports {@code io.forelog.record} of our own modules and nothing else.
 */
@NullMarked
package io.forelog.loadgen.client;

import org.jspecify.annotations.NullMarked;
