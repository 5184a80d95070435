/**
 * The shard manager's decision: a pure function of what is (the map, statistics, resources), of what is expected
 * (forecasts) and of the policy, to plans, descriptors, and decisions with their reasons, also those not to act.
 *
 * <p>{@link io.forelog.manager.ShardManager#decide} reads no clock, keeps nothing between calls and does no I/O: the
 * server calls it with what it knows, and {@code rehearse} with recorded load in virtual time. What has to be
 * remembered (which plan gained what) goes in and comes out as a value, {@link io.forelog.manager.Experience}.
 *
 * <p>Units: load is requests a second, a gain is the seconds that something would otherwise be above its limit, a cost
 * is bytes, seconds of copying and milliseconds of pause; they are compared in seconds.
 *
 * <p>Imports {@code plan} for what it proposes, {@code metadata} for the hash space and {@code forecast} for outlooks.
 */
@NullMarked
package io.forelog.manager;

import org.jspecify.annotations.NullMarked;
