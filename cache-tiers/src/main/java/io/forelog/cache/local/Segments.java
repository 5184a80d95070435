package io.forelog.cache.local;

import java.util.HashMap;
import java.util.Map;
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

    private static final double PROTECTED_SHARE = 0.8;

    private final Map<K, Node<K, V>> nodes = new HashMap<>();
    private final NodeList<K, V> window = new NodeList<>();
    private final NodeList<K, V> probation = new NodeList<>();
    private final NodeList<K, V> guarded = new NodeList<>();
    private final NodeList<K, V> prefetched = new NodeList<>();
    private final FrequencySketch sketch;
    private double windowShare = 1;
    private long weightMax;
    private long prefetchedMax;

    Segments(long weightMax, FrequencySketch sketch) {
        this.weightMax = weightMax;
        this.sketch = sketch;
    }

    void weightMax(long weightMax) {
        this.weightMax = weightMax;
    }

    /** Sets which part of what is not prefetched the window is; 1 makes it LRU. */
    void windowShare(double windowShare) {
        this.windowShare = windowShare;
    }

    void prefetchedMax(long prefetchedMax) {
        this.prefetchedMax = prefetchedMax;
    }

    long weight() {
        return window.weight() + probation.weight() + guarded.weight() + prefetched.weight();
    }

    long prefetchedWeight() {
        return prefetched.weight();
    }

    int prefetchedSize() {
        return prefetched.size();
    }

    int size() {
        return nodes.size();
    }

    @Nullable Node<K, V> find(K key) {
        return nodes.get(key);
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
        nodes.put(node.key, node);
        (asPrefetched ? prefetched : window).addNewest(node);
    }

    void remove(Node<K, V> node) {
        nodes.remove(node.key);
        node.list.remove(node);
    }

    /** Returns what must leave next, taken out, or null while all is within the bound. */
    @Nullable Node<K, V> evict() {
        if (weight() <= weightMax) {
            return null;
        }
        var victim = victim();
        remove(victim);
        return victim;
    }

    private Node<K, V> victim() {
        if (prefetched.weight() > prefetchedMax || window.size() + probation.size() + guarded.size() == 0) {
            return prefetched.oldest();
        }
        long demandedMax = weightMax - prefetched.weight();
        long windowMax = windowShare >= 1 ? Long.MAX_VALUE : Math.max(1, (long) (demandedMax * windowShare));
        var main = probation.size() > 0 ? probation.oldest() : guarded.oldest();
        while (window.weight() > windowMax) {
            var candidate = window.oldest();
            if (main == null) {
                window.remove(candidate);
                probation.addNewest(candidate);
                main = candidate;
                if (window.size() == 0) {
                    break;
                }
                continue;
            }
            if (probation.weight() + guarded.weight() <= demandedMax - windowMax - candidate.weight) {
                window.remove(candidate);
                probation.addNewest(candidate);
                continue;
            }
            if (sketch.frequency(candidate.hash) > sketch.frequency(main.hash)) {
                window.remove(candidate);
                probation.addNewest(candidate);
                return main;
            }
            return candidate;
        }
        return main != null ? main : window.oldest();
    }
}
