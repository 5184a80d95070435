package io.forelog.storage;

import java.util.Arrays;

/**
 * Ints that are only ever added to the end. Grows by chunks: copying nothing, it wastes at most one chunk.
 *
 * <p>One thread adds; any thread may read what was added before it learned of it through a volatile count.
 */
final class IntChunks {

    private static final int CHUNK_BITS = 10;
    private static final int CHUNK = 1 << CHUNK_BITS;

    private volatile int[][] chunks = {};
    private int size;

    void add(int value) {
        int chunk = size >> CHUNK_BITS;
        if (chunk == chunks.length) {
            int[][] more = Arrays.copyOf(chunks, chunk + 1);
            more[chunk] = new int[CHUNK];
            chunks = more;
        }
        chunks[chunk][size & (CHUNK - 1)] = value;
        size++;
    }

    /** Returns how many were added; for the thread that adds. */
    int size() {
        return size;
    }

    int get(int at) {
        return chunks[at >> CHUNK_BITS][at & (CHUNK - 1)];
    }
}
