package io.forelog.forecast;

import java.util.List;

/** One way to forecast a series. Confined to one thread while it learns and fits. */
interface ForecastModel {

    /** Returns the name by which results tell models apart. */
    String name();

    /** Returns how many values a series must have for {@link #fit} to make sense of it. */
    int historyMin();

    /**
     * Learns what all series have in common. A model without anything in common does nothing.
     *
     * @param histories each of at least {@link #historyMin()} values
     */
    default void learn(List<double[]> histories) {}

    /**
     * Fits the model to one series.
     *
     * @param history at least {@link #historyMin()} finite values
     */
    Predictor fit(double[] history);
}
