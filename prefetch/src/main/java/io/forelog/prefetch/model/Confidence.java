package io.forelog.prefetch.model;

/** Sorts a guess by how often it came true among how many trials into one of {@link #BUCKETS} buckets. */
final class Confidence {

    private static final int RATIOS = 6;
    private static final int SIGHTS = 4;
    static final int BUCKETS = RATIOS * SIGHTS;

    private Confidence() {}

    static int bucket(int count, int total) {
        int ratio = Math.min(RATIOS - 1, count * RATIOS / Math.max(total, 1));
        int sights = count <= 2 ? count - 1 : count <= 5 ? 2 : 3;
        return sights * RATIOS + ratio;
    }

    static int ofProbability(double p) {
        return (int) Math.min(RATIOS - 1, p * RATIOS);
    }
}
