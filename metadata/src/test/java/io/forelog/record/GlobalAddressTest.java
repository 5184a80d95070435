package io.forelog.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.Test;

class GlobalAddressTest {

    @Test
    void addressesOfLikeOffsetsInNeighbouringShardsHardlyShareHashes() {
        var hashes = new HashSet<Integer>();

        for (int shard = 0; shard < 8; shard++) {
            for (long offset = 0; offset < 10_000; offset++) {
                hashes.add(new GlobalAddress(7, shard, offset).hashCode());
            }
        }

        // Of 80,000 random ones of 32 bits one pair or two would be the same.
        assertThat(hashes).hasSizeGreaterThan(79_980);
    }
}
