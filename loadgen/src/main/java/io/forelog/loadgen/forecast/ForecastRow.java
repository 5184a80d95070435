package io.forelog.loadgen.forecast;

/**
 * How one model did on one series; a row of the command's JSON.
 *
 * @param mase mean absolute error / that of the seasonal naive forecast within what was known
 * @param smape symmetric mean absolute percentage error, in percent
 * @param coverage share of the values that lay within the interval
 * @param millis to fit and to forecast; what is learned in common is shared out
 * @param chosen whether this is the forecast that would have been used; decided without the hidden values
 */
public record ForecastRow(
        String id, String model, double mase, double smape, double coverage, double millis, boolean chosen) {}
