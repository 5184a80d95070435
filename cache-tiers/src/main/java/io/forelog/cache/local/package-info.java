/**
 * The tier in the node's own memory: a main area and an area for prefetched entries. Not Caffeine, for reasons that
 * {@link io.forelog.cache.local.LocalCacheCore} gives. Imports nothing of ours, so that the offline simulation runs the
 * very same classes.
 */
@NullMarked
package io.forelog.cache.local;

import org.jspecify.annotations.NullMarked;
