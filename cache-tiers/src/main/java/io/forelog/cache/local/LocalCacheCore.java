package io.forelog.cache.local;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache whose division adapts to the reads: how much of it is a window for the recent, from nearly none (W-TinyLFU)
 * to all (LRU), is chosen by sampled shadows; how much of it prefetched entries may take before anyone asks for them
 * follows from which of the two areas misses what it just lost. An entry leaves the prefetched area on its first
 * hit, so that a wrong guess displaces mostly other guesses.
 *
 * <p>Not Caffeine's own cache: there the window is found by hill climbing, which neither becomes LRU nor knows of an
 * area for prefetched entries. Over eight recorded traces, without prefetching and at 1, 5 and 10 % of the distinct
 * keys, this one spares about 3, 1.5 and 4.5 points more of LRU's misses than Caffeine 3.3.1 on average. It is behind
 * in 7 or 8 of the 24, by 2.6 points at most; where LRU is right, it loses up to 5 points against that, and Caffeine 30
 * ({@code CaffeineBenchmark} in {@code loadgen}; Caffeine's own figures differ by some points from run to run).
 *
 * <p>Confined to one thread at a time: {@link AdaptiveLocalCache} has the lock, a simulation needs none.
 */
public final class LocalCacheCore<K, V> {

    private static final int ENTRIES_MIN = 16;
    private static final double PREFETCH_SHARE_FIRST = 0.1;
    private static final double PREFETCH_SHARE_MIN = 0.01;
    /** Fewer than that and the guesses of a few reads push each other out before they are asked for. */
    private static final int PREFETCH_ENTRIES_MIN = 12;
    /** Each ghost list remembers so many of the entries that left: what the cache would hold with so much more room. */
    private static final double GHOST_SHARE = 0.125;

    private final LocalCacheConfig config;
    private final ToIntFunction<V> weigher;
    private final FrequencySketch sketch = new FrequencySketch();
    private final Segments<K, V> segments;
    private final WindowChooser chooser = new WindowChooser();
    private final GhostList mainGhost = new GhostList(1);
    private final GhostList prefetchGhost = new GhostList(1);
    /** Keys of prefetched entries that left since {@link #takeUnused} was asked last. */
    private List<K> unused = new ArrayList<>();

    private int entriesExpected;
    private long bytesMax;
    private double prefetchBytesMax;
    private long hits;
    private long misses;
    private long prefetches;
    private long prefetchedUsed;
    private long prefetchedUnused;
    private long evictions;

    /** @param weigher the weight of a value in bytes, its key and the cache's own overhead included */
    public LocalCacheCore(LocalCacheConfig config, ToIntFunction<V> weigher) {
        this.config = config;
        this.weigher = weigher;
        bytesMax = config.bytesMax();
        prefetchBytesMax = bytesMax * Math.min(PREFETCH_SHARE_FIRST, config.prefetchShareMax());
        segments = new Segments<>(bytesMax, sketch);
        segments.prefetchedMax((long) prefetchBytesMax);
        expectEntries(ENTRIES_MIN);
        applyWindow();
    }

    private void applyWindow() {
        segments.windowShare(
                switch (config.policy()) {
                    case LRU -> 1;
                    case TINYLFU -> WindowChooser.TINYLFU_SHARE;
                    case AUTO -> chooser.share();
                });
    }

    private void expectEntries(int entries) {
        entriesExpected = entries;
        sketch.ensureCapacity(entries);
        chooser.resize(entries);
        int ghosts = Math.max(4, (int) (entries * GHOST_SHARE));
        mainGhost.resize(ghosts);
        prefetchGhost.resize(ghosts);
    }

    /** As {@link LocalCache#get}. */
    public LocalCache.@Nullable Entry<V> get(K key) {
        int hash = Node.hashOf(key);
        sketch.increment(hash);
        var node = segments.find(key, hash);
        boolean prefetched = node != null && segments.isPrefetched(node);
        if (config.policy() == LocalCacheConfig.Policy.AUTO && chooser.read(hash, !prefetched)) {
            applyWindow();
        }
        if (node == null) {
            misses++;
            adapt(hash);
            return null;
        }
        hits++;
        prefetchedUsed += prefetched ? 1 : 0;
        segments.use(node);
        return new LocalCache.Entry<>(node.value, prefetched);
    }

    /**
     * A miss of what just left one of the areas says that this area is too small (ARC: Megiddo and Modha, FAST 2003).
     */
    private void adapt(int hash) {
        double step = segments.size() == 0 ? 0 : (double) segments.weight() / segments.size();
        double most = bytesMax * config.prefetchShareMax();
        if (prefetchGhost.remove(hash)) {
            prefetchBytesMax = Math.min(most, prefetchBytesMax + step);
        } else if (mainGhost.remove(hash)) {
            double least = Math.min(most, Math.max(bytesMax * PREFETCH_SHARE_MIN, step * PREFETCH_ENTRIES_MIN));
            prefetchBytesMax = Math.max(least, prefetchBytesMax - step);
        }
        segments.prefetchedMax((long) prefetchBytesMax);
    }

    /** As {@link LocalCache#contains}. */
    public boolean contains(K key) {
        return segments.find(key) != null;
    }

    /** As {@link LocalCache#put}. */
    public void put(K key, V value) {
        var present = segments.find(key);
        if (present != null) {
            takeOut(present);
        }
        add(key, value, false);
    }

    /** As {@link LocalCache#putPrefetched}. */
    public boolean putPrefetched(K key, V value) {
        if (segments.find(key) != null) {
            return false;
        }
        prefetches++;
        add(key, value, true);
        return true;
    }

    private void add(K key, V value, boolean asPrefetched) {
        int weight = weigher.applyAsInt(value);
        if (weight <= bytesMax) {
            segments.add(new Node<>(key, value, weight), asPrefetched);
            // When it is full, shrink knows better: guessing here too would begin anew with each entry.
            if (segments.size() > entriesExpected && segments.weight() <= bytesMax) {
                expectEntries((int) Math.min(1 << 30, entriesExpected * 2L));
            }
        }
        shrink();
    }

    private void takeOut(Node<K, V> node) {
        if (segments.isPrefetched(node)) {
            prefetchedUnused++;
            unused.add(node.key);
        }
        segments.remove(node);
    }

    /** Returns the keys of prefetched entries that left since the last call and that nobody had asked for. */
    public List<K> takeUnused() {
        if (unused.isEmpty()) {
            return List.of();
        }
        var left = unused;
        unused = new ArrayList<>();
        return left;
    }

    private void shrink() {
        while (segments.weight() > bytesMax) {
            var victim = segments.victim();
            (segments.isPrefetched(victim) ? prefetchGhost : mainGhost).add(victim.hash);
            takeOut(victim);
            evictions++;
            // Only now that it is full is it known how many entries it holds.
            if (Math.abs(segments.size() - entriesExpected) > entriesExpected / 8) {
                expectEntries(segments.size());
            }
        }
    }

    /** As {@link LocalCache#touch}. */
    public boolean touch(K key) {
        var node = segments.find(key);
        // A guess made twice is no reader: prefetched entries leave in the order they came.
        if (node != null && !segments.isPrefetched(node)) {
            segments.refresh(node);
        }
        return node != null;
    }

    /** As {@link LocalCache#remove}. */
    public void remove(K key) {
        var node = segments.find(key);
        if (node != null) {
            takeOut(node);
        }
    }

    /** As {@link LocalCache#resize}. */
    public void resize(long bytes) {
        prefetchBytesMax *= (double) bytes / bytesMax;
        bytesMax = bytes;
        segments.weightMax(bytes);
        segments.prefetchedMax((long) prefetchBytesMax);
        shrink();
    }

    /** As {@link LocalCache#statistics}. */
    public LocalCacheStatistics statistics() {
        return new LocalCacheStatistics(
                hits,
                misses,
                prefetches,
                prefetchedUsed,
                prefetchedUnused,
                evictions,
                segments.size(),
                segments.weight(),
                bytesMax,
                segments.prefetchedWeight(),
                (long) prefetchBytesMax,
                segments.windowShare() >= 1 ? "lru" : "w-tinylfu");
    }
}
