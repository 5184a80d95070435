package io.forelog.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ModelsTest {

    private static final int SEASON = 12;

    @Test
    void smoothingContinuesATrendAndASeason() {
        var series = new double[20 * SEASON];
        Arrays.setAll(series, t -> 100 + 0.5 * t + 20 * Math.sin(2 * Math.PI * t / SEASON));

        var forecast = HoltWinters.single(SEASON).fit(series).forecast(series, SEASON);

        for (int h = 0; h < SEASON; h++) {
            int t = series.length + h;
            assertThat(forecast[h]).isCloseTo(100 + 0.5 * t + 20 * Math.sin(2 * Math.PI * t / SEASON), within(4.0));
        }
    }

    @Test
    void aPureAutoregressionIsRecoveredAndItsForecastDecaysToTheSeason() {
        var random = new SplittableRandom(3);
        var series = new double[100 * SEASON];
        double deviation = 0;
        for (int t = 0; t < series.length; t++) {
            deviation = 0.8 * deviation + random.nextGaussian();
            series[t] = 50 * Math.sin(2 * Math.PI * t / SEASON) + deviation;
        }
        double truth = 0;
        double error = 0;
        var model = new Arima(SEASON).fit(series);
        for (int end = series.length - 20 * SEASON; end < series.length; end++) {
            double last = series[end - 1] - 50 * Math.sin(2 * Math.PI * (end - 1) / SEASON);
            truth += Math.pow(series[end] - 50 * Math.sin(2 * Math.PI * end / SEASON) - 0.8 * last, 2);
            error += Math.pow(series[end] - model.forecast(Arrays.copyOf(series, end), 1)[0], 2);
        }

        // Nothing can do better than the truth; a model that sees only the values should come close to it.
        assertThat(error / truth).isBetween(1.0, 1.25);
    }

    @Test
    void theSharedAutoregressionLearnsFromOthersWhatOneShortSeriesCannotTell() {
        var all = RhythmicSeries.some(30, 20 * RhythmicSeries.SEASON, 5);
        var alone = new SharedAutoregression(RhythmicSeries.SEASON);
        var shared = new SharedAutoregression(RhythmicSeries.SEASON);
        shared.learn(all.subList(1, all.size()));
        alone.learn(List.of(all.getFirst()));

        assertThat(errors(shared, all)).isLessThan(errors(alone, all));
    }

    private static double errors(ForecastModel model, List<double[]> all) {
        double sum = 0;
        for (var series : all.subList(0, 5)) {
            var known = Arrays.copyOf(series, series.length - 24);
            var forecast = model.fit(known).forecast(known, 24);
            for (int h = 0; h < 24; h++) {
                sum += Math.abs(forecast[h] - series[known.length + h]) / Series.scale(known, 24);
            }
        }
        return sum;
    }

    @Test
    void theNetworkLearnsToRepeatWhatItSawAStepBefore() {
        var network = new GatedNetwork(1, 8, 1, 5);
        var random = new SplittableRandom(9);
        double first = 0;
        double last = 0;
        int rounds = 1500;
        for (int round = 0; round < rounds; round++) {
            double loss = train(network, random);
            first += round < 100 ? loss : 0;
            last += round >= rounds - 100 ? loss : 0;
        }

        assertThat(last).isLessThan(first / 10);
    }

    private static double train(GatedNetwork network, SplittableRandom random) {
        int steps = 12;
        var traces = new GatedNetwork.Trace[steps];
        var errors = new float[steps][1];
        var state = new float[8];
        float before = 0;
        double loss = 0;
        for (int step = 0; step < steps; step++) {
            float value = (float) random.nextDouble(-1, 1);
            traces[step] = network.step(new float[] {value}, state);
            state = traces[step].after;
            float miss = traces[step].output[0] - before;
            errors[step][0] = miss / steps;
            loss += miss * miss / steps;
            before = value;
        }
        network.learn(traces, errors, 0.01f);
        return loss;
    }

    @Test
    void aForecastThatRunsAwayIsHeldNearWhatTheSeriesHasShown() {
        var bounded = Series.bounded(new double[] {1e9, -1e9, Double.NaN}, new double[] {10, 20, 30});

        assertThat(bounded).containsExactly(40, 0, 30);
    }
}
