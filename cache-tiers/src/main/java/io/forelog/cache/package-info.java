/**
 * The path of a read over the tiers of cache to the shard's owner, and what the tiers have in common.
 *
 * <p>{@link io.forelog.cache.ReadPath} is the whole of it for a server: look into the local cache on the event loop,
 * read past it, prefetch, write through. Inside, a {@code Flight} is the one fetch of a record that is under way, the
 * {@code Fetcher} takes flights over the tiers, and a {@code GuardedTier} stands before each shared tier:
 *
 * <ul>
 *   <li>A {@code CallGuard} gives each call a deadline and cuts off a tier that fails (resilience4j). Reads and puts
 *       have one each: a full Redis refuses puts and still answers reads.
 *   <li>{@code Worth} skips a tier that is slower, hits and misses taken together, than what lies beyond it.
 *   <li>A tier that is cut off or skipped is tried by reads that do not wait for it: nobody pays for a probe.
 *   <li>A shard that cannot answer, for want of a leader say, is made up for by any tier that has the record, also by
 *       those that were skipped.
 *   <li>{@code OwnerReads} sends a call of another node that is late, for one record or many, to a second replica too.
 *   <li>Whatever comes back is checked: address, checksum and, with security on, seal. What does not check is a miss.
 *   <li>A {@code PutQueue} gathers what arrives while a few puts are under way. Put one by one, the fills of a fast
 *       owner's records made reads of a Redis on the same two cores miss their deadline of 150 ms.
 * </ul>
 *
 * <p>Imports {@code record} and {@code error}. The tiers themselves are in {@code local}, {@code regional}
 * (Hazelcast) and {@code global} (Redis), each the only package that knows its library. Only committed records enter a
 * cache; they never change, so nothing is ever invalidated.
 */
@NullMarked
package io.forelog.cache;

import org.jspecify.annotations.NullMarked;
