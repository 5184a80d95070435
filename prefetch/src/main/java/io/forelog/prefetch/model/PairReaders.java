package io.forelog.prefetch.model;

/**
 * By how many readers each pair of successive keys was read, at least: 16 bits for each pair, one of them set for each
 * reader (linear counting: Whang, Vander-Zanden and Taylor, ACM TODS 1990). For who asks what is read after what: a
 * pair that few readers made would tell what one of them reads. Bounded; the pair with the fewest readers in its bucket
 * is forgotten for a new one. 6 bytes a place, a place for every four keys.
 */
final class PairReaders {

    private static final int WAYS = 4;
    private static final int PLACES_MIN = 64;
    private static final int KEYS_PER_PLACE = 4;

    private int[] tags = new int[PLACES_MIN];
    private char[] readers = new char[PLACES_MIN];

    /**
     * Notes that a reader read a pair.
     *
     * @param reader what the reader is known by: any well mixed number
     * @param keys how many keys are known
     */
    void note(int earlier, int later, int reader, int keys) {
        if (keys / KEYS_PER_PLACE > tags.length * 2) {
            // Forgets what it knew: who makes a pair anew is soon known again.
            tags = new int[tags.length * 2];
            readers = new char[tags.length];
        }
        int tag = tag(earlier, later);
        int first = Hashing.range((long) tag << 32, tags.length / WAYS) * WAYS;
        int fewest = first;
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == tag) {
                readers[place] |= (char) (1 << (reader & 15));
                return;
            }
            if (Integer.bitCount(readers[place]) < Integer.bitCount(readers[fewest])) {
                fewest = place;
            }
        }
        tags[fewest] = tag;
        readers[fewest] = (char) (1 << (reader & 15));
    }

    /** Returns how many readers read the pair, at least; 16 for more. */
    int atLeast(int earlier, int later) {
        int tag = tag(earlier, later);
        int first = Hashing.range((long) tag << 32, tags.length / WAYS) * WAYS;
        for (int place = first; place < first + WAYS; place++) {
            if (tags[place] == tag) {
                return Integer.bitCount(readers[place]);
            }
        }
        return 0;
    }

    private static int tag(int earlier, int later) {
        int tag = (int) (Hashing.mix(earlier + 1L, later) >>> 32);
        return tag == 0 ? 1 : tag;
    }

    long bytes() {
        return 6L * tags.length;
    }
}
