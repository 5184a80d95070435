package io.forelog.cache;

import io.forelog.cache.local.LocalCache;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A local cache that never forgets. */
public final class MapCache<K, V> implements LocalCache<K, V> {

    private final ConcurrentHashMap<K, Slot<V>> slots = new ConcurrentHashMap<>();

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
        slots.put(key, new Slot<>(value, new AtomicBoolean()));
    }

    @Override
    public void putPrefetched(K key, V value) {
        slots.putIfAbsent(key, new Slot<>(value, new AtomicBoolean(true)));
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
