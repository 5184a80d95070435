package io.forelog.storage;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Which batches of a segment were read and found right. Kept for a while only: {@link #forget} makes each batch's
 * next read check it again.
 *
 * <p>Safe for use by any thread: an update that another overwrites costs one check more.
 */
final class ReadChecks {

    private volatile AtomicLongArray passed = new AtomicLongArray(1);

    boolean passed(int batch) {
        var bits = passed;
        int word = batch >> 6;
        return word < bits.length() && (bits.getPlain(word) & 1L << batch) != 0;
    }

    /**
     * Remembers that a batch is right.
     *
     * @param batches how many the segment has by now
     */
    void pass(int batch, int batches) {
        var bits = passed;
        int word = batch >> 6;
        if (word >= bits.length()) {
            bits = grown(bits, (Math.max(batches, batch + 1) >> 6) + 1);
            passed = bits;
        }
        bits.setPlain(word, bits.getPlain(word) | 1L << batch);
    }

    private static AtomicLongArray grown(AtomicLongArray bits, int words) {
        var more = new AtomicLongArray(Math.max(bits.length() * 2, words));
        for (int i = 0; i < bits.length(); i++) {
            more.setPlain(i, bits.getPlain(i));
        }
        return more;
    }

    void forget() {
        passed = new AtomicLongArray(1);
    }
}
