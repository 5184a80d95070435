/**
 * The tier in the node's own memory: a main area and an area for prefetched entries. The only package that may know
 * Caffeine, and it does not: {@link io.forelog.cache.local.LocalCacheCore} tells why. Imports nothing of ours, so that
 * the offline simulation runs the very same classes.
 */
@NullMarked
package io.forelog.cache.local;

import org.jspecify.annotations.NullMarked;
