package io.forelog.prefetch.model;

/** Sorts a guess by how often it came true among how many trials into one of {@link #BUCKETS} buckets. */
final class Confidence {

    /** The most trials that a row counts before it is halved. */
    static final int TOTAL_MAX = 127;

    private static final int RATIOS = 6;
    private static final int SIGHTS = 4;
    static final int BUCKETS = RATIOS * SIGHTS;

    private Confidence() {}

    /** @param count at least 1 */
    static int bucket(int count, int total) {
        int ratio = Math.min(RATIOS - 1, count * RATIOS / Math.max(total, 1));
        int sights = count <= 2 ? count - 1 : count <= 5 ? 2 : 3;
        return sights * RATIOS + ratio;
    }
}
