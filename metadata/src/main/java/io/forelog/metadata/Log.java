package io.forelog.metadata;

import java.util.regex.Pattern;

/**
 * A log as the cluster knows it.
 *
 * @param name as in its URL
 * @param incarnation unique for ever: a log created again under an old name has another
 * @param createdAt milliseconds since 1970
 */
public record Log(String name, long incarnation, LogSettings settings, ShardMap shards, long createdAt) {

    /** The cluster's own log, of what it decided, did and counted. */
    public static final String CONTROL = "_control";

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public Log {
        requireName(name);
    }

    /** @throws IllegalArgumentException if {@code name} cannot be a log's; the message says what can */
    public static void requireName(String name) {
        if (!isName(name)) {
            throw new IllegalArgumentException("a log's name is [a-z0-9][a-z0-9._-]{0,62}, not '" + name + "'");
        }
    }

    public static boolean isName(String name) {
        return NAME.matcher(name).matches() || isOwn(name);
    }

    /** Returns whether the log of this name is the cluster's own: it alone appends to it. */
    public static boolean isOwn(String name) {
        return name.equals(CONTROL);
    }

    Log with(ShardMap next) {
        return new Log(name, incarnation, settings, next, createdAt);
    }

    Log with(LogSettings next) {
        return new Log(name, incarnation, next, shards, createdAt);
    }
}
