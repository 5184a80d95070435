package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/** An entry, and its place in the list of its segment. */
final class Node<K, V> {

    final K key;
    final int hash;
    V value;
    int weight;
    @Nullable NodeList<K, V> list;
    @Nullable Node<K, V> newer;
    @Nullable Node<K, V> older;

    Node(K key, V value, int weight) {
        this.key = key;
        this.value = value;
        this.weight = weight;
        hash = key.hashCode();
    }
}
