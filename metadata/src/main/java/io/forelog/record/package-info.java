/**
 * A record, its address, and a batch of records as bytes: what every part of the product, and every client,
 * must agree on to the bit. Nothing here does I/O or knows of logs, shards' states or nodes.
 *
 * <p>Imports nothing of ours. The batch layout is Kafka's record batch v2 (magic 2), so that other tools can
 * read what is stored.
 */
@NullMarked
package io.forelog.record;

import org.jspecify.annotations.NullMarked;
