package io.forelog.prefetch;

/**
 * The guesses of one shard that wait to be fetched: bounded, no key twice, the best first. When full, the worst
 * makes room for a better one. A guess made again keeps its better score and its newer time.
 *
 * <p>Confined to the prefetcher's thread. A sorted array: with some hundred entries an insertion moves fewer bytes
 * than a heap and its index would touch.
 */
final class PrefetchQueue {

    private final long[] keys;
    private final float[] scores;
    private final long[] times;
    private final int[] tags;
    private int size;
    private long stale;

    PrefetchQueue(int capacity) {
        keys = new long[capacity];
        scores = new float[capacity];
        times = new long[capacity];
        tags = new int[capacity];
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
     * Adds a guess.
     *
     * @param tag what its fetch will be counted for
     * @return whether it is in the queue now
     */
    boolean offer(long key, float score, int tag, long time) {
        int at = indexOf(key);
        float best = score;
        int bestTag = tag;
        if (at >= 0) {
            if (scores[at] > score) {
                best = scores[at];
                bestTag = tags[at];
            }
            removeAt(at);
        }
        if (size == keys.length) {
            if (scores[0] >= best) {
                return false;
            }
            removeAt(0);
        }
        insert(key, best, bestTag, time);
        return true;
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
                removeAt(i);
                stale++;
            }
        }
    }

    /** Returns the score of the best guess, or -1 if there is none. */
    float bestScore() {
        return size == 0 ? -1 : scores[size - 1];
    }

    long bestKey() {
        return keys[size - 1];
    }

    int bestTag() {
        return tags[size - 1];
    }

    void removeBest() {
        size--;
    }

    private void insert(long key, float score, int tag, long time) {
        int at = size;
        while (at > 0 && scores[at - 1] > score) {
            keys[at] = keys[at - 1];
            scores[at] = scores[at - 1];
            times[at] = times[at - 1];
            tags[at] = tags[at - 1];
            at--;
        }
        keys[at] = key;
        scores[at] = score;
        times[at] = time;
        tags[at] = tag;
        size++;
    }

    private void removeAt(int at) {
        size--;
        int moved = size - at;
        System.arraycopy(keys, at + 1, keys, at, moved);
        System.arraycopy(scores, at + 1, scores, at, moved);
        System.arraycopy(times, at + 1, times, at, moved);
        System.arraycopy(tags, at + 1, tags, at, moved);
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
