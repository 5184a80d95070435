/**
 * The control plane on this node: counts who reads and appends what, forecasts each shard's load, and on the node that
 * leads the metadata decides each minute what should be done about it. Plans are begun here and brought on
 * ({@link io.forelog.server.control.PlanDriver}); what they do to shards the leaders of their groups do, in {@code
 * replication}.
 *
 * <p>Ties {@code statistics}, {@code forecast}, {@code manager} and {@code plan} to the node. Knows neither HTTP nor
 * JSON.
 */
@NullMarked
package io.forelog.server.control;

import org.jspecify.annotations.NullMarked;
