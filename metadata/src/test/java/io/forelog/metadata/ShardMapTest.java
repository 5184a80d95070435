package io.forelog.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShardMapTest {

    private static final Shard LOWER = open(1, KeyRange.part(0, 2), List.of(0));
    private static final Shard UPPER = open(2, KeyRange.part(1, 2), List.of(0));
    private static final Shard PARENT = new Shard(0, ShardState.SEALED, KeyRange.ALL, 0, List.of(), List.of(1, 2));

    @Test
    void sealedParentsTakeNoKeysButStayInTheirLineage() {
        var map = new ShardMap(2, List.of(PARENT, LOWER, UPPER));

        assertThat(map.shardOf(0)).isEqualTo(LOWER);
        assertThat(map.shardOf(-1)).isEqualTo(UPPER);
        assertThat(map.lineageOf(-1)).containsExactly(PARENT, UPPER);
    }

    @Test
    void aGapAnOverlapOrNoOpenShardIsRefused() {
        assertThatThrownBy(() -> new ShardMap(1, List.of(PARENT, LOWER))).hasMessageContaining("cover");
        assertThatThrownBy(() -> new ShardMap(1, List.of(open(0, KeyRange.ALL, List.of()), LOWER)))
                .hasMessageContaining("cover");
        assertThatThrownBy(() -> new ShardMap(1, List.of(PARENT))).hasMessageContaining("cover");
    }

    @Test
    void numbersAreDense() {
        assertThatThrownBy(() -> new ShardMap(1, List.of(LOWER, UPPER))).hasMessageContaining("stands at");
    }

    private static Shard open(int number, KeyRange range, List<Integer> parents) {
        return new Shard(number, ShardState.OPEN, range, 0, parents, List.of());
    }
}
