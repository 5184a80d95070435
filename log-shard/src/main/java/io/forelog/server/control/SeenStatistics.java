package io.forelog.server.control;

import io.forelog.statistics.Period;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * The statistics of shards as this node can tell them: those of all nodes together where it keeps them, and what it
 * counted since it told the others last; its own alone where it does not. Safe for use by any thread.
 */
public final class SeenStatistics {

    private final String node;
    private final ShardStatistics own;
    private final BooleanSupplier together;

    /** @param together whether this node keeps what all nodes counted */
    SeenStatistics(String node, ShardStatistics own, BooleanSupplier together) {
        this.node = node;
        this.own = own;
        this.together = together;
    }

    /** Returns whether what all nodes counted is in. */
    public boolean isOfAll() {
        return together.getAsBoolean();
    }

    /** Returns the minutes of a shard, at most {@code count}, the running one, as far as it was counted here, last. */
    public List<Period> minutes(String name, int count) {
        if (!isOfAll()) {
            return own.minutes(name, count);
        }
        var byMinute = new TreeMap<Long, Period>();
        own.cluster().store().minutes(name).forEach(minute -> byMinute.put(minute.minute(), minute));
        later(name, own.cluster().until(node)).forEach(minute -> byMinute.merge(minute.minute(), minute, Period::plus));
        var all = new ArrayList<>(byMinute.values());
        return List.copyOf(all.subList(Math.max(0, all.size() - count), all.size()));
    }

    /** Returns a shard by ten minutes for two days, oldest first. */
    public List<Period> tenMinutes(String name) {
        return isOfAll() ? own.cluster().store().tenMinutes(name) : own.tenMinutes(name);
    }

    /** Returns up to which minute each node is in; of one that is not named nothing is. */
    public Map<String, Long> until(Iterable<String> nodes) {
        var until = new TreeMap<String, Long>();
        if (isOfAll()) {
            nodes.forEach(each -> until.put(each, own.cluster().until(each)));
        }
        return until;
    }

    /** Returns what was counted here alone of a shard after a minute. */
    public List<Period> later(String name, long minute) {
        return own.minutes(name, ClusterStatistics.MINUTES_MAX).stream()
                .filter(each -> each.minute() > minute)
                .toList();
    }
}
