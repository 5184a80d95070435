package io.forelog.cache.local;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A main area for what was read and a smaller one for what was prefetched and not yet read; an entry moves from
 * the second to the first on its first hit. Both adapt to the reads.
 */
public final class AdaptiveLocalCache<K, V> implements LocalCache<K, V> {

    private final LocalCacheConfig config;
    private final ToIntFunction<V> weigher;
    private final LocalCacheListener<K> listener;
    private final FrequencySketch sketch = new FrequencySketch();
    private final Segments<K, V> segments;
    private final WindowChooser chooser = new WindowChooser();
    private final GhostList mainGhost = new GhostList(1);
    private final GhostList prefetchGhost = new GhostList(1);
    private long bytesMax;
    private double prefetchBytesMax;
    private long hits;
    private long misses;
    private long prefetches;
    private long prefetchedUsed;
    private long prefetchedUnused;
    private long evictions;
    private int entriesExpected;
    public long mainGhostHits, prefetchGhostHits;

    /**
     * @param weigher the weight of a value in bytes, its key and the cache's own overhead included
     * @param listener told of prefetched entries that left unused
     */
    public AdaptiveLocalCache(LocalCacheConfig config, ToIntFunction<V> weigher, LocalCacheListener<K> listener) {
        this.config = config;
        this.weigher = weigher;
        this.listener = listener;
        bytesMax = config.bytesMax();
        segments = new Segments<>(bytesMax, sketch);
        prefetchBytesMax = bytesMax * config.prefetchShareMax() * Double.parseDouble(System.getProperty("p0", "0.2"));
        expectEntries(16);
        applyWindow();
    }

    private void applyWindow() {
        segments.windowShare(switch (config.policy()) {
            case LRU -> 1;
            case TINYLFU -> Double.parseDouble(System.getProperty("w", "0.1"));
            case AUTO -> chooser.share();
        });
        segments.prefetchedMax((long) prefetchBytesMax);
    }

    private void expectEntries(int entries) {
        entriesExpected = entries;
        sketch.ensureCapacity(entries);
        chooser.resize(entries);
        int ghosts = Math.max(4, entries / 8);
        if (ghosts > mainGhost.capacity()) {
            mainGhost.resize(ghosts);
            prefetchGhost.resize(ghosts);
        }
    }

    @Override
    public synchronized @Nullable Entry<V> get(K key) {
        int hash = key.hashCode();
        sketch.increment(hash);
        var node = segments.find(key);
        boolean prefetched = node != null && segments.isPrefetched(node);
        if (chooser.read(hash, !prefetched)) {
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
        return new Entry<>(node.value, prefetched);
    }

    /** A miss of what just left one of the areas says that this area is too small (ARC: Megiddo and Modha, FAST 2003). */
    private void adapt(int hash) {
        double step = segments.size() == 0 ? 0 : (double) segments.weight() / segments.size() * K;
        if (prefetchGhost.remove(hash)) { prefetchGhostHits++;
            prefetchBytesMax = Math.min(bytesMax * config.prefetchShareMax(), prefetchBytesMax + step);
            segments.prefetchedMax((long) prefetchBytesMax);
        } else if (mainGhost.remove(hash)) { mainGhostHits++;
            prefetchBytesMax = Math.max(Math.min(bytesMax * config.prefetchShareMax(), bytesMax * PMIN), prefetchBytesMax - step);
            segments.prefetchedMax((long) prefetchBytesMax);
        }
    }
    static final boolean TI=Boolean.getBoolean("ti"), TU=Boolean.getBoolean("tu");
    static final double K = Double.parseDouble(System.getProperty("pk", "1"));
    static final double PMIN = Double.parseDouble(System.getProperty("pmin", "0.01"));

    @Override
    public synchronized boolean contains(K key) {
        return segments.find(key) != null;
    }

    @Override
    public void put(K key, V value) {
        List<K> unused;
        synchronized (this) {
            unused = add(key, value, false);
        }
        unused.forEach(listener::prefetchedUnused);
    }

    @Override
    public void putPrefetched(K key, V value) {
        List<K> unused;
        synchronized (this) {
            if (segments.find(key) != null) {
                return;
            }
            prefetches++;
            unused = add(key, value, true);
        }
        unused.forEach(listener::prefetchedUnused);
    }

    private List<K> add(K key, V value, boolean asPrefetched) {
        int weight = weigher.applyAsInt(value);
        var unused = new ArrayList<K>(1);
        var present = segments.find(key);
        if (present != null) {
            if (segments.isPrefetched(present)) {
                unused.add(key);
                prefetchedUnused++;
            }
            segments.remove(present);
        }
        if (weight <= bytesMax) {
            segments.add(new Node<>(key, value, weight), asPrefetched);
            if (segments.size() > entriesExpected) {
                expectEntries(Math.max(segments.size(), (int) Math.min(Integer.MAX_VALUE / 4, entriesExpected * 2L)));
            }
        }
        shrink(unused);
        return unused;
    }

    private void shrink(List<K> unused) {
        while (segments.weight() > bytesMax) {
            int before = segments.prefetchedSize();
            var victim = segments.evict();
            evictions++;
            if (segments.prefetchedSize() < before) {
                prefetchedUnused++;
                unused.add(victim.key);
                prefetchGhost.add(victim.hash);
            } else {
                mainGhost.add(victim.hash);
            }
        }
    }

    @Override
    public synchronized boolean touch(K key) {
        var node = segments.find(key);
        if (node != null && !segments.isPrefetched(node)) {
            if (TI) sketch.increment(node.hash);
            if (TU) segments.use(node); else segments.refresh(node);
        }
        return node != null;
    }

    @Override
    public void remove(K key) {
        synchronized (this) {
            var node = segments.find(key);
            if (node == null) {
                return;
            }
            boolean unused = segments.isPrefetched(node);
            segments.remove(node);
            if (!unused) {
                return;
            }
            prefetchedUnused++;
        }
        listener.prefetchedUnused(key);
    }

    @Override
    public void resize(long bytes) {
        var unused = new ArrayList<K>();
        synchronized (this) {
            prefetchBytesMax *= (double) bytes / bytesMax;
            bytesMax = bytes;
            segments.weightMax(bytes);
            applyWindow();
            shrink(unused);
        }
        unused.forEach(listener::prefetchedUnused);
    }

    @Override
    public synchronized LocalCacheStatistics statistics() {
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
                chooser.share() >= 1 ? "lru" : "w-tinylfu");
    }
}
