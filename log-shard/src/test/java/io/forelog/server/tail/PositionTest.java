package io.forelog.server.tail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardMap;
import io.forelog.metadata.ShardState;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** Shard 0 was split into 1 and 2, and these were merged into 3. */
class PositionTest {

    private static final Log LOG = log(7);
    private static final IntPredicate ALL = shard -> true;
    private static final Map<Integer, Long> ENDS = Map.of(0, 10L, 1, 5L, 2, 0L);

    @Test
    void noChildIsReadBeforeAllItsParentsAre() {
        assertThat(Position.begin(LOG).active(LOG, ENDS, ALL)).containsExactly(0);
        assertThat(at(0, 9).active(LOG, ENDS, ALL)).containsExactly(0);
        // Shard 2 ended empty: it is read as soon as its parent is.
        assertThat(at(0, 10).active(LOG, ENDS, ALL)).containsExactly(1);
        assertThat(at(0, 10).with(1, 4).active(LOG, ENDS, ALL)).containsExactly(1);
        assertThat(at(0, 10).with(1, 5).active(LOG, ENDS, ALL)).containsExactly(3);
        assertThat(at(3, 0).active(LOG, ENDS, ALL)).containsExactly(3);
    }

    @Test
    void aPositionForgetsTheShardsThatTheirDescendantsSpeakFor() {
        assertThat(at(0, 10).with(1, 5).with(3, 1).compact(LOG)).isEqualTo(at(3, 1));
        assertThat(at(0, 10).with(1, 2).compact(LOG)).isEqualTo(at(1, 2));
        assertThat(at(0, 10).compact(LOG)).isEqualTo(at(0, 10));
    }

    @Test
    void whoIsInAChildIsPastItsParents() {
        assertThat(at(3, 0).isPast(at(1, 5), LOG, ENDS, ALL)).isTrue();
        assertThat(at(1, 5).isPast(at(3, 1), LOG, ENDS, ALL)).isFalse();
        assertThat(at(1, 5).isPast(at(1, 5), LOG, ENDS, ALL)).isTrue();
    }

    @Test
    void aPositionIsReadBackFromItsText() {
        var position = at(0, 10).with(2, Long.MAX_VALUE >>> 1).with(1, 0);

        assertThat(Position.parse(position.toString(), LOG)).isEqualTo(position);
        assertThat(position.toString()).matches("[A-Za-z0-9_-]+");
    }

    @Test
    void whatIsNoPositionOfTheLogIsRefused() {
        var text = at(0, 10).toString();
        for (var wrong :
                List.of("", "x", "====", text.substring(1), text + "AAAA", at(9, 1).toString(), "A".repeat(100_000))) {
            assertThatThrownBy(() -> Position.parse(wrong, LOG))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("not a position");
        }
        assertThatThrownBy(() -> Position.parse(text, log(8))).hasMessageContaining("another log");
    }

    private static Position at(int shard, long offset) {
        return new Position(7, Map.of(shard, offset));
    }

    private static Log log(long incarnation) {
        var left = KeyRange.part(0, 2);
        var right = KeyRange.part(1, 2);
        var shards = List.of(
                new Shard(0, ShardState.SEALED, KeyRange.ALL, 0, List.of(), List.of(1, 2)),
                new Shard(1, ShardState.SEALED, left, 0, List.of(0), List.of(3)),
                new Shard(2, ShardState.SEALED, right, 0, List.of(0), List.of(3)),
                new Shard(3, ShardState.OPEN, KeyRange.ALL, 0, List.of(1, 2), List.of()));
        return new Log("log", incarnation, LogSettings.defaults(1), new ShardMap(1, shards), 0);
    }
}
