/**
 * Backtests of the shard manager's forecaster on series from a file. The only package of this module, beside {@code
 * rehearse}, that imports {@code forecast}.
 */
@NullMarked
package io.forelog.loadgen.forecast;

import org.jspecify.annotations.NullMarked;
