package io.forelog.forecast;

import java.util.Arrays;

/**
 * The load of one shard or node as forecasts need it: the latest minutes one by one, and buckets of ten minutes for
 * two weeks. Confined to one thread.
 */
public final class LoadHistory {

    public static final int MINUTES_MAX = 180;
    public static final int BUCKET_MINUTES = 10;
    public static final int BUCKETS_A_DAY = 24 * 60 / BUCKET_MINUTES;
    public static final int BUCKETS_MAX = 14 * BUCKETS_A_DAY;

    private final float[] minutes = new float[MINUTES_MAX];
    private float[] buckets = new float[BUCKETS_A_DAY];
    private int minuteCount;
    private int bucketCount;
    private double bucketSum;
    private int bucketFill;

    /** Takes the load of the next minute, a rate. What is older than the bounds is forgotten. */
    public void add(double load) {
        if (minuteCount == MINUTES_MAX) {
            System.arraycopy(minutes, 1, minutes, 0, MINUTES_MAX - 1);
            minuteCount--;
        }
        minutes[minuteCount++] = (float) load;
        bucketSum += load;
        if (++bucketFill == BUCKET_MINUTES) {
            addBucket(bucketSum / BUCKET_MINUTES);
            bucketSum = 0;
            bucketFill = 0;
        }
    }

    private void addBucket(double mean) {
        if (bucketCount == BUCKETS_MAX) {
            System.arraycopy(buckets, 1, buckets, 0, BUCKETS_MAX - 1);
            bucketCount--;
        }
        if (bucketCount == buckets.length) {
            buckets = Arrays.copyOf(buckets, Math.min(BUCKETS_MAX, 2 * buckets.length));
        }
        buckets[bucketCount++] = (float) mean;
    }

    /** Returns the latest minutes, oldest first, at most {@code count}. */
    public float[] latest(int count) {
        return Arrays.copyOfRange(minutes, Math.max(0, minuteCount - count), minuteCount);
    }

    /** Returns the whole buckets, oldest first. */
    public double[] buckets() {
        var all = new double[bucketCount];
        for (int i = 0; i < bucketCount; i++) {
            all[i] = buckets[i];
        }
        return all;
    }

    int bucketCount() {
        return bucketCount;
    }

    /** How many minutes have passed since the last whole bucket. */
    int bucketFill() {
        return bucketFill;
    }

    float bucket(int index) {
        return buckets[index];
    }

    /**
     * Returns the highest mean of ten minutes within the last {@code count} buckets, those of the latest minutes too.
     */
    public double peak(int count) {
        double peak = 0;
        for (int i = Math.max(0, bucketCount - count); i < bucketCount; i++) {
            peak = Math.max(peak, buckets[i]);
        }
        return bucketFill > 2 || bucketCount == 0 ? Math.max(peak, bucketSum / Math.max(1, bucketFill)) : peak;
    }
}
