package io.forelog.forecast;

/**
 * What is expected of a series: equally long arrays, the first value for the next point in time. The arrays are not
 * copied; whoever holds a forecast must not write to them.
 *
 * @param model what made it
 * @param lower the lower end of the interval, not below 0 for a series that never was
 * @param upper the upper end of the interval
 */
public record Forecast(String model, double[] values, double[] lower, double[] upper) {

    public int horizon() {
        return values.length;
    }
}
