package io.forelog.forecast;

/** Tomorrow as today: repeats the last season. What every other model has to beat. */
record SeasonalNaive(int season) implements ForecastModel {

    static final String NAME = "seasonal-naive";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int historyMin() {
        return 1;
    }

    @Override
    public Predictor fit(double[] fitted) {
        return (history, horizon) -> Series.repeatSeason(history, season, horizon);
    }
}
