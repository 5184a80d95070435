/**
 * Orders the appends of shards, makes them durable, and says when they are committed.
 *
 * <p>Imports {@code storage}, {@code metadata}, {@code record} and {@code error}. Knows nothing of caches or HTTP.
 * Invariant: a record below a replica's high watermark is never lost and never changes.
 */
@NullMarked
package io.forelog.replication;

import org.jspecify.annotations.NullMarked;
