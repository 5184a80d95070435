package io.forelog.cache.local;

import org.jspecify.annotations.Nullable;

/** Entries of one segment from newest to oldest, and their weight. */
final class NodeList<K, V> {

    private @Nullable Node<K, V> newest;
    private @Nullable Node<K, V> oldest;
    private long weight;
    private int size;

    long weight() {
        return weight;
    }

    int size() {
        return size;
    }

    @Nullable
    Node<K, V> oldest() {
        return oldest;
    }

    void addNewest(Node<K, V> node) {
        node.list = this;
        node.older = newest;
        node.newer = null;
        if (newest == null) {
            oldest = node;
        } else {
            newest.newer = node;
        }
        newest = node;
        weight += node.weight;
        size++;
    }

    void remove(Node<K, V> node) {
        if (node.newer == null) {
            newest = node.older;
        } else {
            node.newer.older = node.older;
        }
        if (node.older == null) {
            oldest = node.newer;
        } else {
            node.older.newer = node.newer;
        }
        node.list = null;
        weight -= node.weight;
        size--;
    }
}
