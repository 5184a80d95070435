package io.forelog.metadata;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the cluster keeps for its callers: their keys, and how far their named cursors are.
 *
 * @param keys by id
 * @param cursors by log and name
 */
public record ClientState(Map<String, ApiKey> keys, Map<CursorName, SavedCursor> cursors) {

    public static final ClientState EMPTY = new ClientState(Map.of(), Map.of());

    public static final int KEYS_MAX = 10_000;
    public static final int CURSORS_MAX = 100_000;

    public ClientState {
        keys = Map.copyOf(keys);
        cursors = Map.copyOf(cursors);
    }

    /**
     * A cursor's name is its log's own: a log created again under an old name has none.
     *
     * @param log incarnation
     */
    public record CursorName(long log, String name) implements Comparable<CursorName> {
        @Override
        public int compareTo(CursorName other) {
            int byLog = Long.compare(log, other.log);
            return byLog != 0 ? byLog : name.compareTo(other.name);
        }
    }

    /**
     * What a cursor's reader committed.
     *
     * @param position as the reader was given it
     * @param committedAt milliseconds since 1970
     */
    public record SavedCursor(String position, long committedAt) {}

    public @Nullable SavedCursor cursor(long log, String name) {
        return cursors.get(new CursorName(log, name));
    }

    /** @throws IllegalArgumentException if there are too many */
    ClientState with(ApiKey key) {
        var next = new TreeMap<>(keys);
        next.put(key.id(), key);
        requireRoom("API keys", next.size(), KEYS_MAX);
        return new ClientState(next, cursors);
    }

    ClientState withoutKey(String id) {
        var next = new TreeMap<>(keys);
        next.remove(id);
        return new ClientState(next, cursors);
    }

    /** @throws IllegalArgumentException if there are too many */
    ClientState with(CursorName name, SavedCursor cursor) {
        var next = new TreeMap<>(cursors);
        next.put(name, cursor);
        requireRoom("cursors", next.size(), CURSORS_MAX);
        return new ClientState(keys, next);
    }

    ClientState without(CursorName name) {
        var next = new TreeMap<>(cursors);
        next.remove(name);
        return new ClientState(keys, next);
    }

    ClientState withoutCursorsOf(long log) {
        var next = new TreeMap<>(cursors);
        next.keySet().removeIf(name -> name.log() == log);
        return next.size() == cursors.size() ? this : new ClientState(keys, next);
    }

    private static void requireRoom(String what, int count, int max) {
        if (count > max) {
            throw new IllegalArgumentException("a cluster keeps at most " + max + " " + what + "; remove some first");
        }
    }
}
