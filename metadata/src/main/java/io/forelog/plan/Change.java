package io.forelog.plan;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a plan does to which shards.
 *
 * @param log by name
 * @param incarnation of the log
 * @param shards whom it concerns: one, or the two neighbours of a merge in the order of their ranges
 * @param at the first hash of the upper child, of a split
 * @param children the shards that take over; known from the cutover on, and empty for a plan that makes none
 * @param key that is pinned, or empty
 */
public record Change(
        String log, long incarnation, List<Integer> shards, OptionalLong at, List<Child> children, String key) {

    public Change {
        shards = List.copyOf(shards);
        children = List.copyOf(children);
    }

    /** A change that is about no key. */
    public Change(String log, long incarnation, List<Integer> shards, OptionalLong at, List<Child> children) {
        this(log, incarnation, shards, at, children, "");
    }

    /**
     * A shard that takes over.
     *
     * @param number of the shard in its log
     * @param from the lowest hash that it takes, unsigned
     * @param last the highest hash that it takes, unsigned
     * @param group that orders its appends
     */
    public record Child(int number, long from, long last, int group) {}

    /** Returns this change with its children known. */
    public Change into(List<Child> known) {
        return new Change(log, incarnation, shards, at, known, key);
    }

    /** Returns whether it concerns a shard of a log, as one that is changed or one that comes of it. */
    public boolean concerns(long ofLog, int shard) {
        return ofLog == incarnation
                && (shards.contains(shard) || children.stream().anyMatch(child -> child.number() == shard));
    }
}
