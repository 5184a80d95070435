package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/** An entry, and its place in the list of its segment. */
final class Node<K, V> {

    final K key;
    final int hash;
    V value;
    int weight;

    @Nullable
    NodeList<K, V> list;

    @Nullable
    Node<K, V> newer;

    @Nullable
    Node<K, V> older;

    Node(K key, V value, int weight) {
        this.key = key;
        this.value = value;
        this.weight = weight;
        hash = hashOf(key);
    }

    /** Returns a hash of which each bit depends on all of the key's. */
    static int hashOf(Object key) {
        return mix(key.hashCode());
    }

    /** Returns 32 bits of which each depends on all of {@code hash}'s (the finalizer of MurmurHash3: Appleby 2011). */
    static int mix(int hash) {
        int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
        mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
        return mixed ^ mixed >>> 16;
    }
}
