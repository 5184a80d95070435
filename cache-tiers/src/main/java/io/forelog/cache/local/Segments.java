package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/**
 * The entries of a cache, and which of them leaves when room is needed. Four lists share one bound:
 * a window of what was asked for lately, a main area (probation and protected) that the window's oldest enters only
 * if it was asked for more often than the oldest there, and prefetched entries that nobody asked for so far.
 * W-TinyLFU (Einziger, Friedman and Manes, ACM TOS 2017) for a small window; with a window of everything, LRU.
 *
 * <p>Bounds of the lists are wishes that take effect when something must leave, so they may change at any time at no
 * cost. Confined to whoever holds the cache's lock.
 */
final class Segments<K, V> {

    static final double PROTECTED_SHARE = 0.8;

    private final NodeTable<K, V> nodes = new NodeTable<>();
    private final NodeList<K, V> window = new NodeList<>();
    private final NodeList<K, V> probation = new NodeList<>();
    private final NodeList<K, V> guarded = new NodeList<>();
    private final NodeList<K, V> prefetched = new NodeList<>();
    private final FrequencySketch sketch;
    private double windowShare = 1;
    private long weight;
    private long weightMax;
    private long prefetchedMax;

    Segments(long weightMax, FrequencySketch sketch) {
        this.weightMax = weightMax;
        this.sketch = sketch;
    }

    void weightMax(long weightMax) {
        this.weightMax = weightMax;
    }

    double windowShare() {
        return windowShare;
    }

    long weightMax() {
        return weightMax;
    }

    /** Sets which part of what is not prefetched the window is; 1 makes it LRU. */
    void windowShare(double windowShare) {
        this.windowShare = windowShare;
    }

    void prefetchedMax(long prefetchedMax) {
        this.prefetchedMax = prefetchedMax;
    }

    long weight() {
        return weight;
    }

    long prefetchedWeight() {
        return prefetched.weight();
    }

    int size() {
        return nodes.size();
    }

    @Nullable
    Node<K, V> find(K key) {
        return find(key, Node.hashOf(key));
    }

    @Nullable
    Node<K, V> find(K key, int hash) {
        return nodes.find(key, hash);
    }

    boolean isPrefetched(Node<K, V> node) {
        return node.list == prefetched;
    }

    /** Notes a demand for an entry that is here. */
    void use(Node<K, V> node) {
        var list = node.list;
        list.remove(node);
        if (windowShare >= 1 || list == window || list == prefetched) {
            window.addNewest(node);
        } else {
            guarded.addNewest(node);
            demote();
        }
    }

    private void demote() {
        long mainMax = (long) ((weightMax - Math.min(prefetchedMax, prefetched.weight())) * (1 - windowShare));
        while (guarded.weight() > mainMax * PROTECTED_SHARE && guarded.size() > 1) {
            var oldest = guarded.oldest();
            guarded.remove(oldest);
            probation.addNewest(oldest);
        }
    }

    /** Keeps a prefetched entry, or one asked for before, as if it were new in its list. */
    void refresh(Node<K, V> node) {
        var list = node.list;
        list.remove(node);
        list.addNewest(node);
    }

    void add(Node<K, V> node, boolean asPrefetched) {
        nodes.add(node);
        weight += node.weight;
        (asPrefetched ? prefetched : window).addNewest(node);
    }

    void remove(Node<K, V> node) {
        nodes.remove(node);
        weight -= node.weight;
        node.list.remove(node);
    }

    /** Returns the entry that must leave next, of which there must be one; it stays until it is removed. */
    Node<K, V> victim() {
        if (prefetched.weight() > prefetchedMax || window.size() + probation.size() + guarded.size() == 0) {
            return prefetched.oldest();
        }
        long demandedMax = weightMax - prefetched.weight();
        long windowMax = windowShare >= 1 ? Long.MAX_VALUE : Math.max(1, (long) (demandedMax * windowShare));
        while (window.weight() > windowMax) {
            var candidate = window.oldest();
            var main = oldestOfMain();
            boolean room = probation.weight() + guarded.weight() + candidate.weight <= demandedMax - windowMax;
            if (main != null && !room && sketch.frequency(candidate.hash) <= sketch.frequency(main.hash)) {
                return candidate;
            }
            window.remove(candidate);
            probation.addNewest(candidate);
            if (main != null && !room) {
                return main;
            }
        }
        var main = oldestOfMain();
        return main != null ? main : window.oldest();
    }

    private @Nullable Node<K, V> oldestOfMain() {
        return probation.size() > 0 ? probation.oldest() : guarded.oldest();
    }
}
