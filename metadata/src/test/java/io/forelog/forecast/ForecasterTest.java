package io.forelog.forecast;

import static io.forelog.forecast.RhythmicSeries.SEASON;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ForecasterTest {

    private static final int HORIZON = 48;
    private static final ForecastSettings SETTINGS = new ForecastSettings(SEASON, HORIZON, 0.9, 7);
    private static final List<double[]> SERIES = RhythmicSeries.some(24, 28 * SEASON, 11);
    private static List<FittedSeries> fitted = List.of();

    @BeforeAll
    static void fit() {
        fitted = new Forecaster(SETTINGS)
                .fit(SERIES.stream().map(ForecasterTest::known).toList());
    }

    private static double[] known(double[] series) {
        return Arrays.copyOf(series, series.length - HORIZON);
    }

    private static double error(Candidate candidate, double[] series) {
        var known = known(series);
        var forecast = candidate.forecast(known, HORIZON).values();
        double sum = 0;
        for (int h = 0; h < HORIZON; h++) {
            sum += Math.abs(series[known.length + h] - forecast[h]);
        }
        return sum / HORIZON / Series.scale(known, SEASON);
    }

    @Test
    void whatIsChosenIsFarBetterThanTheSeasonalNaiveForecastAndNoWorseThanAnySingleModel() {
        var errors = new HashMap<String, Double>();
        double chosen = 0;
        for (int i = 0; i < SERIES.size(); i++) {
            for (var candidate : fitted.get(i).candidates()) {
                errors.merge(candidate.model(), error(candidate, SERIES.get(i)) / SERIES.size(), Double::sum);
            }
            chosen += error(fitted.get(i).chosen(), SERIES.get(i)) / SERIES.size();
        }

        assertThat(chosen).as("%s", errors).isLessThan(0.6 * errors.get(SeasonalNaive.NAME));
        assertThat(errors).hasSize(7);
        double best = errors.entrySet().stream()
                .filter(e -> !e.getKey().equals(Forecaster.BLEND))
                .mapToDouble(e -> e.getValue())
                .min()
                .orElseThrow();
        assertThat(chosen).isLessThan(best * 1.02);
    }

    @Test
    void nineTenthsOfTheHiddenValuesLieWithinTheIntervals() {
        int within = 0;
        for (int i = 0; i < SERIES.size(); i++) {
            var known = known(SERIES.get(i));
            var forecast = fitted.get(i).chosen().forecast(known, HORIZON);
            for (int h = 0; h < HORIZON; h++) {
                double value = SERIES.get(i)[known.length + h];
                within += forecast.lower()[h] <= value && value <= forecast.upper()[h] ? 1 : 0;
            }
        }

        assertThat((double) within / SERIES.size() / HORIZON).isBetween(0.82, 0.97);
    }

    @Test
    void nothingChosenLostToTheSeasonalNaiveForecastInItsBacktest() {
        for (var series : fitted) {
            var naive = series.candidates().getFirst();

            assertThat(naive.model()).isEqualTo(SeasonalNaive.NAME);
            assertThat(series.chosen().backtestError()).isLessThanOrEqualTo(naive.backtestError());
        }
    }

    @Test
    void theSameSeedGivesTheSameForecast() {
        var few = SERIES.subList(0, 3).stream().map(ForecasterTest::known).toList();

        var once = new Forecaster(SETTINGS).fit(few).getLast().chosen().forecast(few.getLast(), HORIZON);
        var again = new Forecaster(SETTINGS).fit(few).getLast().chosen().forecast(few.getLast(), HORIZON);

        assertThat(again.values()).isEqualTo(once.values());
        assertThat(again.upper()).isEqualTo(once.upper());
    }

    @Test
    void aForecastFollowsTheSeriesWithoutANewFit() {
        var series = SERIES.getFirst();
        var chosen = fitted.getFirst().chosen();
        double stale = 0;
        double fresh = 0;
        var before = chosen.forecast(known(series), HORIZON).values();
        for (int h = 0; h < HORIZON; h++) {
            var known = Arrays.copyOf(series, series.length - HORIZON + h);
            stale += Math.abs(before[h] - series[known.length]);
            fresh += Math.abs(chosen.forecast(known, 1).values()[0] - series[known.length]);
        }

        assertThat(fresh).isLessThan(0.8 * stale);
    }

    @Test
    void aShardJustBornIsForecastToStayAsItIs() {
        var settings = new ForecastSettings(SEASON, 6, 0.9, 1);
        var fitted = new Forecaster(settings).fit(List.of(new double[] {5}, new double[] {1, 2, 4, 3, 5, 4}));

        var single = fitted.getFirst().chosen().forecast(new double[] {5}, 3);
        var few = fitted.getLast().chosen().forecast(new double[] {1, 2, 4, 3, 5, 4}, 2);

        assertThat(single.values()).containsExactly(5, 5, 5);
        assertThat(few.values()).containsExactly(4, 4);
        assertThat(few.upper()[0]).isGreaterThan(5);
        assertThat(few.lower()[0]).isNotNegative();
    }

    @Test
    void aSeriesThatRepeatsExactlyIsForecastExactly() {
        var series = new double[20 * SEASON];
        Arrays.setAll(series, t -> 10 + t % SEASON);

        var chosen = new Forecaster(SETTINGS).fit(List.of(series)).getFirst().chosen();

        assertThat(chosen.forecast(series, 3).values()).containsExactly(10, 11, 12);
    }

    @Test
    void aConstantOrEmptyLoadIsForecastToStayConstant() {
        for (double level : new double[] {0, 3}) {
            var series = new double[12 * SEASON];
            Arrays.fill(series, level);

            var forecast = new Forecaster(SETTINGS)
                    .fit(List.of(series))
                    .getFirst()
                    .chosen()
                    .forecast(series, 5);

            assertThat(forecast.values()).containsOnly(level);
        }
    }

    @Test
    void aSeriesWithoutASeasonIsForecastToo() {
        var series = new double[200];
        for (int t = 1; t < series.length; t++) {
            series[t] = 0.5 * series[t - 1] + (t % 3);
        }
        var settings = new ForecastSettings(1, 6, 0.9, 1);

        var forecast = new Forecaster(settings)
                .fit(List.of(series))
                .getFirst()
                .chosen()
                .forecast(series, 6);

        assertThat(forecast.values()).hasSize(6);
        assertThat(Arrays.stream(forecast.values()).allMatch(Double::isFinite)).isTrue();
    }

    @Test
    void aSeriesWithoutValuesIsRefused() {
        assertThatThrownBy(() -> new Forecaster(SETTINGS).fit(List.of(new double[0])))
                .hasMessageContaining("without values");
    }
}
