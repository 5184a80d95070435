/**
 * The tier that the nodes of one region share: an embedded Hazelcast member in each. The only package that knows
 * Hazelcast.
 *
 * <p>Only byte arrays go in and out; nothing of ours is ever serialized as a Java object. The community edition has no
 * TLS, so a member binds to one given interface, and values are sealed before they come here when security is on.
 */
@NullMarked
package io.forelog.cache.regional;

import org.jspecify.annotations.NullMarked;
