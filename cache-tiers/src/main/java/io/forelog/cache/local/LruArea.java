package io.forelog.cache.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** Evicts what was least recently used. */
final class LruArea<K, V> implements Area<K, V> {

    private final LinkedHashMap<K, V> entries = new LinkedHashMap<>(16, 0.75f, true);
    private final ToIntFunction<V> weigher;
    private final Consumer<K> evicted;
    private long bytesMax;
    private long bytes;
    private long evictions;

    LruArea(long bytesMax, ToIntFunction<V> weigher, Consumer<K> evicted) {
        this.bytesMax = bytesMax;
        this.weigher = weigher;
        this.evicted = evicted;
    }

    @Override
    public synchronized @Nullable V use(K key) {
        return entries.get(key);
    }

    @Override
    public synchronized boolean contains(K key) {
        return entries.containsKey(key);
    }

    @Override
    public void put(K key, V value) {
        List<K> gone;
        synchronized (this) {
            V before = entries.put(key, value);
            bytes += weigher.applyAsInt(value) - (before == null ? 0 : weigher.applyAsInt(before));
            gone = shrink();
        }
        gone.forEach(evicted);
    }

    @Override
    public synchronized @Nullable V remove(K key) {
        V value = entries.remove(key);
        if (value != null) {
            bytes -= weigher.applyAsInt(value);
        }
        return value;
    }

    @Override
    public void resize(long bytesMax) {
        List<K> gone;
        synchronized (this) {
            this.bytesMax = bytesMax;
            gone = shrink();
        }
        gone.forEach(evicted);
    }

    private List<K> shrink() {
        if (bytes <= bytesMax) {
            return List.of();
        }
        var gone = new ArrayList<K>();
        for (var oldest = entries.entrySet().iterator(); bytes > bytesMax && oldest.hasNext(); ) {
            var entry = oldest.next();
            bytes -= weigher.applyAsInt(entry.getValue());
            gone.add(entry.getKey());
            oldest.remove();
        }
        evictions += gone.size();
        return gone;
    }

    @Override
    public synchronized long bytes() {
        return bytes;
    }

    @Override
    public synchronized long entries() {
        return entries.size();
    }

    @Override
    public synchronized long evictions() {
        return evictions;
    }
}
