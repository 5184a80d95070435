/**
 * The control plane on this node: counts who reads and appends what, forecasts each shard's load, and on the node that
 * leads the metadata decides each minute what should be done about it. Plans only: nothing here changes a shard.
 *
 * <p>Ties {@code statistics}, {@code forecast} and {@code manager} to the node. Knows neither HTTP nor JSON.
 */
@NullMarked
package io.forelog.server.control;

import org.jspecify.annotations.NullMarked;
