/**
 * Who reads what after what: the access model that learns it, the queues of what to fetch next, and the
 * prefetcher that fetches it and learns from what became of it.
 *
 * <p>Imports nothing of ours but {@code record}; reaches caches and shards only through the small interfaces it
 * declares.
 */
@NullMarked
package io.forelog.prefetch;

import org.jspecify.annotations.NullMarked;
