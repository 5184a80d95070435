package io.forelog.cache;

import io.forelog.cache.local.LocalCache;
import io.forelog.cache.local.LocalCacheStatistics;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A local cache that never forgets, or keeps nothing at all. */
public final class MapCache<K, V> implements LocalCache<K, V> {

    private final ConcurrentHashMap<K, Slot<V>> slots = new ConcurrentHashMap<>();
    private final boolean keeps;

    public MapCache() {
        this(true);
    }

    private MapCache(boolean keeps) {
        this.keeps = keeps;
    }

    /** Returns one that every read passes by. */
    public static <K, V> MapCache<K, V> thatKeepsNothing() {
        return new MapCache<>(false);
    }

    private record Slot<V>(V value, AtomicBoolean unread) {}

    @Override
    public @Nullable Entry<V> get(K key) {
        var slot = slots.get(key);
        return slot == null ? null : new Entry<>(slot.value, slot.unread.getAndSet(false));
    }

    @Override
    public boolean contains(K key) {
        return slots.containsKey(key);
    }

    @Override
    public void put(K key, V value) {
        if (keeps) {
            slots.put(key, new Slot<>(value, new AtomicBoolean()));
        }
    }

    @Override
    public boolean putPrefetched(K key, V value) {
        return keeps ? slots.putIfAbsent(key, new Slot<>(value, new AtomicBoolean(true))) == null : !contains(key);
    }

    @Override
    public boolean touch(K key) {
        return contains(key);
    }

    @Override
    public void resize(long bytesMax) {
        throw new UnsupportedOperationException("it has no bound");
    }

    @Override
    public LocalCacheStatistics statistics() {
        return new LocalCacheStatistics(0, 0, 0, 0, 0, 0, slots.size(), 0, Long.MAX_VALUE, 0, 0, "none");
    }

    @Override
    public void remove(K key) {
        slots.remove(key);
    }

    /** Forgets all, as if evicted. */
    public void clear() {
        slots.clear();
    }
}
