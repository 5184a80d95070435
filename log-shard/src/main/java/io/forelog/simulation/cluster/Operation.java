package io.forelog.simulation.cluster;

import io.forelog.replication.ShardId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One append as its client knows it: from its first attempt until it is acknowledged, refused for good, or given up.
 */
final class Operation {

    final String client;
    final String key;
    /** The values of its records: each is used once in a run. */
    final List<String> values;
    /** The only offset at which it may be, or -1. */
    final long onlyAt;
    /** The ends of shards that were acknowledged before it was first sent. */
    final Map<ShardId, Long> endsBefore;
    /** Where the last acknowledged record of its key was before it was first sent, or null. */
    final @Nullable Place keyBefore;

    /** Incarnations of the log that it was sent to: one may be deleted, and another created, between two attempts. */
    final Set<Long> sentTo = new TreeSet<>();

    /** Those of them to which some attempt may have been appended. */
    final Set<Long> mayBeIn = new TreeSet<>();

    @Nullable
    Place acknowledged;

    Operation(
            String client,
            String key,
            List<String> values,
            long onlyAt,
            Map<ShardId, Long> endsBefore,
            @Nullable Place keyBefore) {
        this.client = client;
        this.key = key;
        this.values = List.copyOf(values);
        this.onlyAt = onlyAt;
        this.endsBefore = Map.copyOf(endsBefore);
        this.keyBefore = keyBefore;
    }

    /** Returns a value without what pads it. */
    static String shown(String value) {
        int padding = value.indexOf('x');
        return padding < 0 ? value : value.substring(0, padding);
    }

    @Override
    public String toString() {
        return client + " " + key + "=" + values.stream().map(Operation::shown).toList();
    }
}
