/**
 * A small asynchronous client of the HTTP API: appends, reads, the shard map, caches and prefetch. Every call
 * returns a Vert.x {@code Future} that is completed on the context that made the call, with an answer or one of the four
 * {@link io.forelog.loadgen.client.ForelogClientException}s, which say what a caller may do next.
 *
 * <p>Imports {@code io.forelog.record} of our own modules and nothing else.
 */
@NullMarked
package io.forelog.loadgen.client;

import org.jspecify.annotations.NullMarked;
