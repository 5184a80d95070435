/**
 * The records of one shard replica on one disk: segments on Chronicle Queue, their indexes, retention, archive
 * and verification. The only package that knows Chronicle.
 *
 * <p>Imports {@code record} and {@code error}. Knows nothing of replication, of who reads, or of HTTP.
 */
@NullMarked
package io.forelog.storage;

import org.jspecify.annotations.NullMarked;
