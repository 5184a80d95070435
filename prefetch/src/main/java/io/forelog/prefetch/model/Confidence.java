package io.forelog.prefetch.model;

/** Sorts a guess by how often it came true among how many trials into one of {@link #BUCKETS} buckets. */
final class Confidence {

    /** The most trials that a row counts before it is halved. */
    static final int TOTAL_MAX = 127;

    private static final int RATIOS = 6;
    private static final int SIGHTS = 4;
    static final int BUCKETS = RATIOS * SIGHTS;
    private static final int COUNTS = 32;
    private static final byte[] TABLE = table();

    private Confidence() {}

    private static byte[] table() {
        var table = new byte[COUNTS * (TOTAL_MAX + 1)];
        for (int i = 0; i < table.length; i++) {
            int count = Math.max(1, i % COUNTS);
            int ratio = Math.min(RATIOS - 1, count * RATIOS / Math.max(1, i / COUNTS));
            int sights = count <= 2 ? count - 1 : count <= 5 ? 2 : 3;
            table[i] = (byte) (sights * RATIOS + ratio);
        }
        return table;
    }

    /**
     * @param count 1 to 31
     * @param total 0 to {@link #TOTAL_MAX}
     */
    static int bucket(int count, int total) {
        return TABLE[total * COUNTS + count];
    }
}
