package io.forelog.simulation.cluster;

import io.forelog.replication.Appended;
import java.util.List;
import java.util.Map;
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
    /** The ends of shards that were acknowledged before it was first sent, by number. */
    final Map<Integer, Long> endsBefore;
    /** Where the last acknowledged record of its key was before it was first sent, or null. */
    final @Nullable Appended keyBefore;

    /** Some attempt may have been appended. */
    boolean mayBeThere;

    @Nullable
    Appended acknowledged;

    Operation(
            String client,
            String key,
            List<String> values,
            long onlyAt,
            Map<Integer, Long> endsBefore,
            @Nullable Appended keyBefore) {
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
