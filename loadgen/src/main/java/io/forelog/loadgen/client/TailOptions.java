package io.forelog.loadgen.client;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What of a log is followed, and from where.
 *
 * @param from {@code earliest}, {@code latest} or {@code time:} and a time as in RFC 3339
 * @param key of the records wanted, or null for all
 * @param shard the only one wanted, or null for all
 * @param lastId where an earlier tail ended, which goes before {@code from}; or null
 */
public record TailOptions(
        String from,
        @Nullable String key,
        @Nullable Integer shard,
        @Nullable String lastId) {

    /** What commits from now on. */
    public static final TailOptions LATEST = new TailOptions("latest", null, null, null);

    /** All there is, and then what commits. */
    public static final TailOptions EARLIEST = new TailOptions("earliest", null, null, null);

    public TailOptions withKey(String key) {
        return new TailOptions(from, key, shard, lastId);
    }

    public TailOptions withShard(int shard) {
        return new TailOptions(from, key, shard, lastId);
    }

    /** Goes on where an earlier tail ended. */
    public TailOptions after(@Nullable String lastId) {
        return new TailOptions(from, key, shard, lastId);
    }

    String query() {
        var parts = new ArrayList<String>(3);
        parts.add("from=" + Paths.encode(from));
        if (key != null) {
            parts.add("key=" + Paths.encode(key));
        }
        if (shard != null) {
            parts.add("shard=" + shard);
        }
        return "?" + String.join("&", parts);
    }
}
