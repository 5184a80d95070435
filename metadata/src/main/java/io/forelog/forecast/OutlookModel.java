package io.forelog.forecast;

import org.jspecify.annotations.Nullable;

/**
 * The coming minutes of one load, from two views of it: the trend of the latest minutes (Holt's damped smoothing) and
 * the daily rhythm (the candidate that {@link Forecaster} fitted in the background, or yesterday's shape at today's
 * level until there is one). Each minute both are judged by what they said of it a while ago, and weighed by that.
 * Confined to one thread.
 */
public final class OutlookModel {

    /** How many minutes ago a forecast was made when it is judged. */
    private static final int JUDGED_AFTER = 15;

    private static final double LEVEL_WEIGHT = 0.25;
    private static final double TREND_WEIGHT = 0.06;
    /** Of the trend, where there is none, in standard deviations of the next minute's error. */
    private static final double TREND_DEVIATION = 0.12;
    /** In standard deviations of the next minute's error. */
    private static final double JUMP = 4;

    private static final double JUMP_WEIGHT = 0.8;
    private static final double DAMPING = 0.985;
    private static final double ERROR_WEIGHT = 0.02;
    private static final double NOISE_WEIGHT = 0.05;
    private static final int DAY = LoadHistory.BUCKETS_A_DAY;

    private final LoadHistory history = new LoadHistory();
    private final float[] saidByTrend = new float[JUDGED_AFTER];
    private final float[] saidByDay = new float[JUDGED_AFTER];
    private double level;
    private double trend;
    private double noise;
    private double trendError;
    private double dayError = Double.NaN;
    private long minutes;
    private @Nullable Candidate fitted;
    private double[] fittedAhead = new double[0];
    private int fittedAt = -1;

    /** Takes the load of the next minute. */
    public void observe(double load) {
        judge(load);
        double expected = level + DAMPING * trend;
        if (minutes == 0) {
            level = load;
        } else {
            double error = load - expected;
            boolean jumped = minutes > JUDGED_AFTER && error * error > JUMP * JUMP * noise;
            noise += Math.max(NOISE_WEIGHT, 1.0 / (minutes + 1)) * (error * error - noise);
            // A jump is a new level, not a slope that goes on.
            level = expected + (jumped ? JUMP_WEIGHT : LEVEL_WEIGHT) * error;
            trend = DAMPING * trend + (jumped ? 0 : TREND_WEIGHT * error);
        }
        history.add(load);
        int slot = (int) (minutes % JUDGED_AFTER);
        saidByTrend[slot] = (float) byTrend(JUDGED_AFTER);
        saidByDay[slot] = (float) byDay(JUDGED_AFTER);
        minutes++;
    }

    private void judge(double load) {
        if (minutes < 2 * JUDGED_AFTER) {
            return;
        }
        int slot = (int) (minutes % JUDGED_AFTER);
        double weight = Math.max(ERROR_WEIGHT, 1.0 / (minutes - 2 * JUDGED_AFTER + 1));
        trendError += weight * (Math.pow(load - saidByTrend[slot], 2) - trendError);
        if (!Double.isNaN(saidByDay[slot])) {
            double error = Math.pow(load - saidByDay[slot], 2);
            dayError = Double.isNaN(dayError) ? error : dayError + weight * (error - dayError);
        }
    }

    /** Uses {@code candidate}, fitted to this load's {@link LoadHistory#buckets}, for the daily rhythm from now on. */
    public void use(Candidate candidate) {
        fitted = candidate;
        fittedAt = -1;
    }

    /**
     * Returns by how much the better view was wrong lately about what came {@value #JUDGED_AFTER} minutes later: the
     * root of the mean square, in the unit of the load; NaN before there was enough to judge.
     */
    public double error() {
        double square = Double.isNaN(dayError) ? trendError : Math.min(trendError, dayError);
        return minutes <= 2 * JUDGED_AFTER ? Double.NaN : Math.sqrt(square);
    }

    public LoadHistory history() {
        return history;
    }

    private double byTrend(int ahead) {
        double damped = DAMPING * (1 - Math.pow(DAMPING, ahead)) / (1 - DAMPING);
        // A slope that noise alone could have made is mostly noise: it is shrunk by its share of the variance.
        double chance = TREND_DEVIATION * TREND_DEVIATION * noise;
        double believed = trend * trend / (trend * trend + chance + 1e-12);
        return Math.max(0, level + damped * believed * trend);
    }

    /** NaN without a day of history. */
    private double byDay(int ahead) {
        double at = (history.bucketFill() + ahead - 0.5) / LoadHistory.BUCKET_MINUTES - 0.5;
        int before = (int) Math.floor(at);
        double first = bucketAhead(before);
        return first + (at - before) * (bucketAhead(before + 1) - first);
    }

    /** Expected mean of the bucket {@code index} after the last whole one; the last whole one at -1. */
    private double bucketAhead(int index) {
        int count = history.bucketCount();
        if (index < 0) {
            return count == 0 ? Double.NaN : history.bucket(count - 1);
        }
        if (fitted != null) {
            refresh();
            return fittedAhead[Math.min(index, fittedAhead.length - 1)];
        }
        int yesterday = count - DAY + index;
        if (yesterday < 6 || yesterday >= count) {
            return Double.NaN;
        }
        return Math.max(0, history.bucket(yesterday) + todayOverYesterday());
    }

    /** By how much the last half hour differs from the same time a day ago. */
    private double todayOverYesterday() {
        int count = history.bucketCount();
        double difference = 0;
        for (int i = 1; i <= 3; i++) {
            difference += history.bucket(count - i) - history.bucket(Math.max(0, count - DAY - i));
        }
        return difference / 3;
    }

    private void refresh() {
        if (fittedAt != history.bucketCount() && fitted != null) {
            fittedAhead = fitted.forecast(history.buckets(), DAY).values();
            fittedAt = history.bucketCount();
        }
    }

    /** Returns what is expected of the next {@code count} minutes. */
    public Outlook outlook(int count) {
        double dayShare = dayShare();
        double error = Double.isNaN(dayError) ? trendError : Math.min(trendError, dayError);
        var expected = new float[count];
        var deviation = new float[count];
        double peak = 0;
        for (int h = 0; h < count; h++) {
            double value = byTrend(h + 1) * (1 - dayShare) + (dayShare > 0 ? byDay(h + 1) * dayShare : 0);
            expected[h] = (float) value;
            // From the noise of the next minute to the error seen at the judged distance, and on by a random walk.
            double growing = Math.max(0, error - noise) * (h + 1) / JUDGED_AFTER;
            deviation[h] = (float) Math.sqrt(noise + growing);
            peak = Math.max(peak, value);
        }
        return new Outlook(expected, deviation, Math.max(peak, dayPeak()), dayShare > 0.5 ? dayModel() : "trend");
    }

    private String dayModel() {
        return fitted == null ? "yesterday" : fitted.model();
    }

    private double dayShare() {
        if (Double.isNaN(dayError) || Double.isNaN(byDay(1)) || Double.isNaN(byDay(60))) {
            return 0;
        }
        double trendWeight = 1 / (trendError * trendError + 1e-12);
        double dayWeight = 1 / (dayError * dayError + 1e-12);
        return dayWeight / (dayWeight + trendWeight);
    }

    private double dayPeak() {
        double peak = history.peak(DAY);
        if (fitted != null) {
            refresh();
            for (double value : fittedAhead) {
                peak = Math.max(peak, value);
            }
        }
        return peak;
    }
}
