package io.forelog.loadgen.rehearse;

import io.forelog.forecast.ForecastSettings;
import io.forelog.forecast.Forecaster;
import io.forelog.forecast.LoadHistory;
import java.util.Comparator;
import java.util.List;

/** Fits the daily rhythm of the hottest shards twice a day, once there are days to learn from. */
final class BackgroundFits {

    private static final int EVERY_MINUTES = 12 * 60;
    private static final int DAYS_MIN = 4;
    private static final int SHARDS_MAX = 48;
    private static final int HORIZON_BUCKETS = 36;

    private final Forecaster forecaster =
            new Forecaster(new ForecastSettings(LoadHistory.BUCKETS_A_DAY, HORIZON_BUCKETS, 0.9, 1));

    void run(List<VirtualShard> shards, int minute) {
        if (minute == 0 || minute % EVERY_MINUTES != 0 || minute < DAYS_MIN * 24 * 60) {
            return;
        }
        var hottest = shards.stream()
                .sorted(Comparator.comparingDouble(
                        shard -> -shard.model.history().peak(LoadHistory.BUCKETS_A_DAY)))
                .limit(SHARDS_MAX)
                .toList();
        var fitted = forecaster.fit(
                hottest.stream().map(shard -> shard.model.history().buckets()).toList());
        for (int i = 0; i < hottest.size(); i++) {
            hottest.get(i).model.use(fitted.get(i).chosen());
        }
    }
}
