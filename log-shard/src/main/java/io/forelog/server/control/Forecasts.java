package io.forelog.server.control;

import io.forelog.forecast.FittedSeries;
import io.forelog.forecast.Forecast;
import io.forelog.forecast.ForecastSettings;
import io.forelog.forecast.Forecaster;
import io.forelog.forecast.LoadHistory;
import io.forelog.forecast.Outlook;
import io.forelog.forecast.OutlookModel;
import io.forelog.statistics.Period;
import io.forelog.statistics.StatisticsStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is expected of each shard's load, followed minute by minute. A daily rhythm is fitted once there are days to fit
 * it to. Safe for use by any thread; {@link #fit} takes seconds and is one background thread's.
 */
public final class Forecasts {

    /** How far ahead the manager looks. */
    public static final int MINUTES_AHEAD = 60;

    public static final double INTERVAL = 0.9;
    private static final int DAY = LoadHistory.BUCKETS_A_DAY;
    /** Fewer give the rolling backtest nothing to judge by. */
    private static final int BUCKETS_MIN = 4 * DAY + 8;
    /** Fitted at a time; a round of some hundred takes seconds. The longest histories go first. */
    private static final int SERIES_MAX = 200;

    /**
     * What is known of one shard's load.
     *
     * @param recent load of the latest minutes, oldest first; at least one
     * @param error by how much the outlook was wrong lately a quarter of an hour ahead; NaN if it was not judged yet
     * @param fitted what was fitted to the days, or null before that
     * @param day the coming day by ten minutes, or null
     */
    public record Known(
            float[] recent,
            Outlook outlook,
            double error,
            @Nullable FittedSeries fitted,
            @Nullable Forecast day) {}

    private static final class Subject {
        private final OutlookModel model = new OutlookModel();
        private @Nullable FittedSeries fitted;
    }

    private final StatisticsStore store;
    private final Map<String, Subject> subjects = new HashMap<>();

    Forecasts(StatisticsStore store) {
        this.store = store;
    }

    /** Follows all shards to the end of a minute. One that is met for the first time begins with what is kept of it. */
    synchronized void observe(long minute) {
        var names = store.names();
        subjects.keySet().retainAll(names);
        for (var name : names) {
            var subject = subjects.get(name);
            if (subject == null) {
                subject = new Subject();
                recall(subject.model, name, minute);
                subjects.put(name, subject);
            } else {
                subject.model.observe(load(name, minute));
            }
        }
    }

    private double load(String name, long minute) {
        var minutes = store.minutes(name);
        return minutes.isEmpty() || minutes.getLast().minute() != minute
                ? 0
                : minutes.getLast().load();
    }

    /** The hours that are older than two days, then tens of minutes, then minutes; each stands for its minutes. */
    private void recall(OutlookModel model, String name, long minute) {
        var minutes = store.minutes(name);
        var tens = store.tenMinutes(name);
        long minutesFrom = minutes.isEmpty() ? minute + 1 : minutes.getFirst().minute();
        long tensFrom = tens.isEmpty()
                ? minutesFrom
                : Math.min(minutesFrom, tens.getFirst().minute());
        var past = new ArrayList<Period>();
        store.hours(name).stream().filter(hour -> hour.minute() < tensFrom).forEach(past::add);
        tens.stream().filter(ten -> ten.minute() < minutesFrom).forEach(past::add);
        past.addAll(minutes);
        long next = past.isEmpty() ? minute : past.getFirst().minute();
        for (var period : past) {
            // Nobody was served while nobody counted.
            for (; next < period.minute(); next++) {
                model.observe(0);
            }
            long end = period.minute() + period.minutes();
            long finer = period.minutes() == 1 ? end : period.minutes() == 10 ? minutesFrom : tensFrom;
            for (; next < Math.min(end, finer) && next <= minute; next++) {
                model.observe(period.load());
            }
        }
        for (; next <= minute; next++) {
            model.observe(0);
        }
    }

    /**
     * Returns what is known of a shard by the name of its statistics; of one that was never used, nothing but zeros.
     */
    public synchronized Known of(String name) {
        var subject = subjects.get(name);
        if (subject == null) {
            var outlook = new Outlook(new float[MINUTES_AHEAD], new float[MINUTES_AHEAD], 0, "none");
            return new Known(new float[1], outlook, Double.NaN, null, null);
        }
        var model = subject.model;
        var fitted = subject.fitted;
        return new Known(
                model.history().latest(LoadHistory.MINUTES_MAX),
                model.outlook(MINUTES_AHEAD),
                model.error(),
                fitted,
                fitted == null ? null : fitted.chosen().forecast(model.history().buckets(), DAY));
    }

    private record Series(String name, double[] buckets) {}

    /** Fits the daily rhythm anew for those shards of which enough is known. */
    void fit(Forecaster forecaster) {
        var series = longEnough();
        if (series.isEmpty()) {
            return;
        }
        var fitted = forecaster.fit(series.stream().map(Series::buckets).toList());
        use(series, fitted);
    }

    private synchronized List<Series> longEnough() {
        return subjects.entrySet().stream()
                .map(entry -> new Series(
                        entry.getKey(), entry.getValue().model.history().buckets()))
                .filter(each -> each.buckets().length >= BUCKETS_MIN)
                .sorted((one, other) -> Integer.compare(other.buckets().length, one.buckets().length))
                .limit(SERIES_MAX)
                .toList();
    }

    private synchronized void use(List<Series> series, List<FittedSeries> fitted) {
        for (int i = 0; i < fitted.size(); i++) {
            var subject = subjects.get(series.get(i).name());
            if (subject != null) {
                subject.fitted = fitted.get(i);
                subject.model.use(fitted.get(i).chosen());
            }
        }
    }

    static Forecaster forecaster() {
        return new Forecaster(new ForecastSettings(DAY, DAY, INTERVAL, 1));
    }
}
