/**
 * The shard manager's own decisions against recorded load, in virtual time: what it would have split, merged and moved,
 * and for how long a shard or node would still have been above its limit.
 *
 * <p>Imports {@code forecast} and {@code manager}, whose classes it runs as a node does, and {@code metadata} for the
 * hash space.
 */
@NullMarked
package io.forelog.loadgen.rehearse;

import org.jspecify.annotations.NullMarked;
