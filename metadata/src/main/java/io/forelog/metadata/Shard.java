package io.forelog.metadata;

import java.util.List;

/**
 * One shard as the map knows it.
 *
 * @param number dense in its log, in the order of creation; never used again
 * @param range the hashes whose keys it takes, or took while it was open
 * @param epoch of its leadership
 * @param leader the node that leads it, by name
 * @param replicas the nodes that hold a copy, the leader among them
 * @param parents the shards that it came from
 * @param children the shards that took over its range
 */
public record Shard(
        int number,
        ShardState state,
        KeyRange range,
        int epoch,
        String leader,
        List<String> replicas,
        List<Integer> parents,
        List<Integer> children) {

    public Shard {
        replicas = List.copyOf(replicas);
        parents = List.copyOf(parents);
        children = List.copyOf(children);
    }

    public boolean isOpen() {
        return state == ShardState.OPEN;
    }
}
