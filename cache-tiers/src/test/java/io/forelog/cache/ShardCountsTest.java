package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.GlobalAddress;
import org.junit.jupiter.api.Test;

class ShardCountsTest {

    @Test
    void shardsBeyondTheBoundAreCountedTogether() {
        var counts = new ShardCounts();
        for (int shard = 0; shard < ShardCounts.SHARDS_MAX + 100; shard++) {
            counts.answered(new GlobalAddress(1, shard, 0), AnsweredBy.GLOBAL);
        }

        var snapshot = counts.snapshot();

        assertThat(snapshot).hasSize(ShardCounts.SHARDS_MAX + 1).contains(new ShardReads(-1, -1, 0, 0, 100, 0));
        assertThat(snapshot.stream().mapToLong(ShardReads::global).sum()).isEqualTo(ShardCounts.SHARDS_MAX + 100);
    }
}
