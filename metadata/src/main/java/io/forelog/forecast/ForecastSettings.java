package io.forelog.forecast;

/**
 * What to forecast.
 *
 * @param season how many values make a season, at least 1; too short misses the rhythm, a multiple of it learns slower
 * @param horizon how many values ahead, at least 1; the backtest judges models by errors over all of it
 * @param interval the share of values that shall lie within the interval, above 0 and below 1
 * @param seed of the recurrent network's first weights and order of training
 */
public record ForecastSettings(int season, int horizon, double interval, long seed) {

    public ForecastSettings {
        if (season < 1 || horizon < 1) {
            throw new IllegalArgumentException("season and horizon are at least 1, not " + season + " and " + horizon);
        }
        if (!(interval > 0 && interval < 1)) {
            throw new IllegalArgumentException("the interval is above 0 and below 1, not " + interval);
        }
    }
}
