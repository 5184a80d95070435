package io.forelog.forecast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a decision round costs for one shard: its latest minute, and the forecast with a fitted daily rhythm. */
@Tag("bench")
class OutlookBenchmark {

    private static final int DAYS = 14;
    private static final int ROUNDS = 2_000;

    @Test
    void aRoundsForecastOfAShardTakesLessThanFiveMilliseconds() {
        var random = new SplittableRandom(1);
        var model = new OutlookModel();
        for (int minute = 0; minute < DAYS * 1440; minute++) {
            model.observe(load(minute, random));
        }
        var settings = new ForecastSettings(LoadHistory.BUCKETS_A_DAY, 36, 0.9, 1);
        long start = System.nanoTime();
        var fitted =
                new Forecaster(settings).fit(List.of(model.history().buckets())).getFirst();
        double fitMillis = (System.nanoTime() - start) / 1e6;
        model.use(fitted.chosen());

        double slowest = 0;
        double sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            long begun = System.nanoTime();
            model.observe(load(DAYS * 1440 + round, random));
            assertThat(model.outlook(60).minutes()).isEqualTo(60);
            double millis = (System.nanoTime() - begun) / 1e6;
            sum += millis;
            // The first rounds run in the interpreter.
            slowest = round < ROUNDS / 2 ? slowest : Math.max(slowest, millis);
        }
        System.out.printf(
                "%s: mean %.3f ms, slowest %.2f ms a round; fit %.0f ms%n",
                fitted.chosen().model(), sum / ROUNDS, slowest, fitMillis);

        assertThat(sum / ROUNDS).isLessThan(5);
    }

    private static double load(int minute, SplittableRandom random) {
        return 1000 * (1 + 0.5 * Math.sin(2 * Math.PI * minute / 1440) + 0.05 * random.nextGaussian());
    }
}
