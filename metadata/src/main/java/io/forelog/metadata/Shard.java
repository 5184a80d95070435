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
 * @param epochBase what its epoch is above the term of its group: a move to a group of a lower term raises it
 */
public record Shard(
        int number,
        ShardState state,
        KeyRange range,
        int group,
        List<Integer> parents,
        List<Integer> children,
        int epochBase) {

    public Shard {
        parents = List.copyOf(parents);
        children = List.copyOf(children);
    }

    /** A shard that never moved. */
    public Shard(
            int number, ShardState state, KeyRange range, int group, List<Integer> parents, List<Integer> children) {
        this(number, state, range, group, parents, children, 0);
    }

    /** Returns the epoch of its leadership while its group is in a term. */
    public int epoch(int term) {
        return epochBase + term;
    }

    Shard sealed(List<Integer> successors) {
        return new Shard(number, ShardState.SEALED, range, group, parents, successors, epochBase);
    }

    Shard in(ShardState next) {
        return new Shard(number, next, range, group, parents, children, epochBase);
    }

    Shard movedTo(int other, int base) {
        return new Shard(number, state, range, other, parents, children, base);
    }

    public boolean isOpen() {
        return state == ShardState.OPEN;
    }
}
