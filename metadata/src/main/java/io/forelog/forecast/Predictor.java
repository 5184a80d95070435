package io.forelog.forecast;

/** A fitted model. Immutable, so any thread may ask it. */
@FunctionalInterface
interface Predictor {

    /**
     * Returns the next values of a series.
     *
     * @param history what is known, oldest first: the values that the model was fitted to and any number that came
     *     after them
     * @param horizon how many values to forecast, at least 1
     */
    double[] forecast(double[] history, int horizon);
}
