package io.forelog.metadata;

import java.util.List;

/**
 * One shard as the map knows it. Who leads it and holds copies of it is its group's.
 *
 * @param number dense in its log, in the order of creation; never used again
 * @param range the hashes whose keys it takes, or took while it was open
 * @param group the replication group that orders its appends
 * @param parents the shards that it came from
 * @param children the shards that took over its range
 */
public record Shard(
        int number, ShardState state, KeyRange range, int group, List<Integer> parents, List<Integer> children) {

    public Shard {
        parents = List.copyOf(parents);
        children = List.copyOf(children);
    }

    public boolean isOpen() {
        return state == ShardState.OPEN;
    }
}
