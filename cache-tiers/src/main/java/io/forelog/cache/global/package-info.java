/**
 * The tier that all regions share: Redis, through Redisson; started by the node itself unless there is one already.
 * The only package that knows Redisson.
 */
@NullMarked
package io.forelog.cache.global;

import org.jspecify.annotations.NullMarked;
