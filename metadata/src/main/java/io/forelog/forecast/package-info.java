/**
 * Forecasts of the load of shards and nodes, with intervals: what lets the shard manager act before the load comes.
 *
 * <p>A {@link io.forelog.forecast.ForecastModel} is fitted to a series and gives a {@link
 * io.forelog.forecast.Predictor}, which is a pure function of a history: fitting is slow and belongs in the
 * background, predicting takes well below a millisecond and follows the series as values come, without a new fit.
 * {@link io.forelog.forecast.Forecaster} fits all models to all series, lets them forecast the recent past that they
 * were not fitted to (a rolling backtest), and chooses by the errors: a model, or a weighted mean of models, and
 * never what loses to the seasonal naive forecast. The residuals of that backtest also give the intervals.
 *
 * <p>Plain arrays of doubles, equidistant in time, oldest first. Hipparchus optimises and solves. Imports nothing of
 * ours.
 */
@NullMarked
package io.forelog.forecast;

import org.jspecify.annotations.NullMarked;
