package io.forelog.loadgen.load;

import io.forelog.loadgen.client.ShardInfo;
import java.util.List;

/**
 * Records that a log held before this run: of all shards, as many as wanted, spread evenly. Successive ranks lie far
 * apart, so that popular records are not neighbours.
 */
final class ExistingRecords implements ReadTargets {

    /** A prime above any size, so that multiplying by it modulo the size visits each position once. */
    private static final long SCATTER = 2_147_483_659L;

    private final List<ShardInfo> shards;
    private final long total;
    private final int size;

    ExistingRecords(List<ShardInfo> shards, int max) {
        this.shards = shards.stream().filter(shard -> shard.records() > 0).toList();
        this.total = this.shards.stream().mapToLong(ShardInfo::records).sum();
        this.size = (int) Math.min(total, max);
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Target target(int rank) {
        long position = rank * SCATTER % size * total / size;
        for (var shard : shards) {
            if (position < shard.records()) {
                return new Target(shard.shard(), shard.startOffset() + position, -1);
            }
            position -= shard.records();
        }
        throw new IndexOutOfBoundsException("rank " + rank + " of " + size);
    }
}
