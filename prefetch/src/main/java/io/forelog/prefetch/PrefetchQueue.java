package io.forelog.prefetch;

import java.util.function.LongConsumer;

/**
 * The guesses of one shard that wait to be fetched: bounded, no key twice, the best first. When full, the worst
 * makes room for a better one.
 *
 * <p>Confined to the prefetcher's thread. A sorted array: with some hundred entries an insertion moves fewer bytes
 * than a heap and its index would touch.
 */
final class PrefetchQueue {

    private final LongConsumer dropped;
    private final long[] keys;
    private final float[] scores;
    private final long[] times;
    private int size;
    private long stale;

    /** @param dropped told the key of each guess that leaves without being asked to */
    PrefetchQueue(int capacity, LongConsumer dropped) {
        this.dropped = dropped;
        keys = new long[capacity];
        scores = new float[capacity];
        times = new long[capacity];
    }

    int size() {
        return size;
    }

    /** Returns how many guesses were dropped for their age. */
    long stale() {
        return stale;
    }

    boolean contains(long key) {
        return indexOf(key) >= 0;
    }

    /**
     * Adds a guess; one made again keeps its better score and its newer time. If there is no room for it, it is
     * itself the one dropped.
     */
    void offer(long key, float score, long time) {
        int at = indexOf(key);
        float best = score;
        if (at >= 0) {
            best = Math.max(best, scores[at]);
            removeAt(at);
        }
        if (size == keys.length) {
            if (scores[0] >= best) {
                dropped.accept(key);
                return;
            }
            long worst = keys[0];
            removeAt(0);
            dropped.accept(worst);
        }
        insert(key, best, time);
    }

    /** Forgets {@code key}: it was read, or fetched by someone else. */
    void remove(long key) {
        int at = indexOf(key);
        if (at >= 0) {
            removeAt(at);
        }
    }

    /** Drops guesses made before {@code time}. */
    void dropBefore(long time) {
        for (int i = size - 1; i >= 0; i--) {
            if (times[i] < time) {
                long key = keys[i];
                removeAt(i);
                stale++;
                dropped.accept(key);
            }
        }
    }

    /** Returns the score of the best guess, or -1 if there is none. */
    float bestScore() {
        return size == 0 ? -1 : scores[size - 1];
    }

    /** Takes out the best guess, of which there must be one, and returns its key. */
    long takeBest() {
        return keys[--size];
    }

    private void insert(long key, float score, long time) {
        int at = size;
        while (at > 0 && scores[at - 1] > score) {
            keys[at] = keys[at - 1];
            scores[at] = scores[at - 1];
            times[at] = times[at - 1];
            at--;
        }
        keys[at] = key;
        scores[at] = score;
        times[at] = time;
        size++;
    }

    private void removeAt(int at) {
        size--;
        int moved = size - at;
        System.arraycopy(keys, at + 1, keys, at, moved);
        System.arraycopy(scores, at + 1, scores, at, moved);
        System.arraycopy(times, at + 1, times, at, moved);
    }

    private int indexOf(long key) {
        for (int i = size - 1; i >= 0; i--) {
            if (keys[i] == key) {
                return i;
            }
        }
        return -1;
    }
}
