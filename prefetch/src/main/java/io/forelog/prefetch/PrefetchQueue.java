package io.forelog.prefetch;

import java.util.Arrays;
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
    private final int capacity;
    private long[] keys = new long[8];
    private float[] scores = new float[8];
    private long[] times = new long[8];
    private int size;
    private long stale;
    /** None is older. */
    private long oldest = Long.MAX_VALUE;

    /** @param dropped told the key of each guess that leaves without being asked to */
    PrefetchQueue(int capacity, LongConsumer dropped) {
        this.dropped = dropped;
        this.capacity = capacity;
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
        if (size == capacity) {
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
        if (oldest >= time) {
            return;
        }
        oldest = Long.MAX_VALUE;
        for (int i = size - 1; i >= 0; i--) {
            if (times[i] < time) {
                long key = keys[i];
                removeAt(i);
                stale++;
                dropped.accept(key);
            } else {
                oldest = Math.min(oldest, times[i]);
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
        if (size == keys.length) {
            keys = Arrays.copyOf(keys, size * 2);
            scores = Arrays.copyOf(scores, size * 2);
            times = Arrays.copyOf(times, size * 2);
        }
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
        oldest = Math.min(oldest, time);
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
