package io.forelog.metadata;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which shard of a log takes which hash: one version of it. The open shards cover the hash space without a gap
 * or an overlap.
 */
public final class ShardMap {

    private final long version;
    private final List<Shard> shards;

    /** The open shards by the start of their ranges, and those starts, unsigned and ascending. */
    private final Shard[] open;

    private final long[] starts;

    /**
     * @param version raised by each change
     * @param shards by number, dense from 0
     * @throws IllegalArgumentException if the open shards do not cover the hash space exactly
     */
    public ShardMap(long version, List<Shard> shards) {
        this.version = version;
        this.shards = List.copyOf(shards);
        this.open = shards.stream()
                .filter(Shard::isOpen)
                .sorted(Comparator.comparing(shard -> shard.range().from(), Long::compareUnsigned))
                .toArray(Shard[]::new);
        this.starts =
                Arrays.stream(open).mapToLong(shard -> shard.range().from()).toArray();
        requireCover(open);
        requireDense(this.shards);
    }

    /** Returns the first map of a log: an open shard for each group named, of equal ranges. */
    public static ShardMap initial(List<Integer> groups) {
        return new ShardMap(
                1,
                IntStream.range(0, groups.size())
                        .mapToObj(number -> new Shard(
                                number,
                                ShardState.OPEN,
                                KeyRange.part(number, groups.size()),
                                groups.get(number),
                                List.of(),
                                List.of()))
                        .toList());
    }

    public long version() {
        return version;
    }

    /** Returns all shards that ever were, by number. */
    public List<Shard> shards() {
        return shards;
    }

    /** Returns the shard of this number, or null if there never was one. */
    public @Nullable Shard shard(int number) {
        return number >= 0 && number < shards.size() ? shards.get(number) : null;
    }

    /** Returns the open shards, by range. */
    public List<Shard> open() {
        return List.of(open);
    }

    /** Returns the open shard that takes {@code hash}. */
    public Shard shardOf(long hash) {
        int low = 0;
        int high = starts.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (Long.compareUnsigned(starts[middle], hash) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return open[low];
    }

    /** Returns every shard that takes or ever took {@code hash}, parents before their children. */
    public List<Shard> lineageOf(long hash) {
        // A child's number is higher than its parents': ascending numbers are an order of the lineage.
        return shards.stream().filter(shard -> shard.range().contains(hash)).toList();
    }

    /**
     * Returns the next map, in which shards are sealed and their successors open, with the next numbers.
     *
     * @throws IllegalArgumentException if the successors do not cover exactly what the others did
     */
    ShardMap succeeded(List<Integer> parents, List<Shard> children) {
        var next = new ArrayList<>(shards);
        var numbers = children.stream().map(Shard::number).toList();
        parents.forEach(parent -> next.set(parent, shards.get(parent).sealed(numbers)));
        next.addAll(children);
        return new ShardMap(version + 1, next);
    }

    /** Returns the next map, with another shard of this number. */
    ShardMap with(Shard shard) {
        var next = new ArrayList<>(shards);
        next.set(shard.number(), shard);
        return new ShardMap(version + 1, next);
    }

    private static void requireCover(Shard[] open) {
        boolean covers = open.length > 0
                && open[0].range().from() == 0
                && open[open.length - 1].range().last() == -1L;
        for (int i = 1; i < open.length; i++) {
            covers &= open[i - 1].range().isFollowedBy(open[i].range());
        }
        if (!covers) {
            throw new IllegalArgumentException(
                    "open shards do not cover the hash space once: " + Arrays.toString(open));
        }
    }

    private static void requireDense(List<Shard> shards) {
        for (int number = 0; number < shards.size(); number++) {
            if (shards.get(number).number() != number) {
                throw new IllegalArgumentException("shard " + shards.get(number).number() + " stands at " + number);
            }
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ShardMap map && version == map.version && shards.equals(map.shards);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(version);
    }

    @Override
    public String toString() {
        return "ShardMap[version=" + version + ", shards=" + shards + "]";
    }
}
