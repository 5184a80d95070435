/**
 * The path of a read over the tiers of cache to the shard's owner, and what the tiers have in common.
 *
 * <p>Imports {@code record} and {@code error}. The tiers themselves are in {@code local} (Caffeine), {@code
 * regional} (Hazelcast) and {@code global} (Redis), each the only package that knows its library. Only committed
 * records enter a cache; they never change, so nothing is ever invalidated.
 */
@NullMarked
package io.forelog.cache;

import org.jspecify.annotations.NullMarked;
