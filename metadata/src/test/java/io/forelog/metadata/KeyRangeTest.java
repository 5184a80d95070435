package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyRangeTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64, 1000, 1024})
    void equalPartsCoverTheSpaceOnce(int count) {
        assertThat(KeyRange.part(0, count).from()).isZero();
        assertThat(KeyRange.part(count - 1, count).last()).isEqualTo(-1L);
        for (int i = 1; i < count; i++) {
            assertThat(KeyRange.part(i - 1, count).isFollowedBy(KeyRange.part(i, count)))
                    .isTrue();
        }
    }

    @Test
    void hashesAreComparedUnsigned() {
        var upper = KeyRange.part(1, 2);

        assertThat(upper.contains(Long.MIN_VALUE)).isTrue();
        assertThat(upper.contains(-1)).isTrue();
        assertThat(upper.contains(Long.MAX_VALUE)).isFalse();
        assertThatThrownBy(() -> new KeyRange(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void everyHashHasExactlyOneOfTheShardsOfAMap() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new SplittableRandom(seed);
        var map = ShardMap.initial(Collections.nCopies(13, 0));

        for (int i = 0; i < 10_000; i++) {
            long hash = random.nextLong();
            assertThat(map.shards().stream().filter(shard -> shard.range().contains(hash)))
                    .as("hash %x", hash)
                    .containsExactly(map.shardOf(hash));
        }
    }
}
