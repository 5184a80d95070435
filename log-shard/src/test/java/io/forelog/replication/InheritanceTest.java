package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.storage.ShardLog.ProducerState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a shard is left of its ancestors' producers when it is too much to be handed on whole. */
class InheritanceTest {

    private static final int PARENT = 5;
    private static final int OTHER_PARENT = 6;

    private static ProducerState state(long producer, int epoch, int sequence) {
        return new ProducerState(producer, (short) epoch, sequence, sequence, 1);
    }

    /** One producer after the other, as a shard tells them. */
    private static Origin origin(int shard, int producers, int from, int step, int batchesEach) {
        var all = new ArrayList<ProducerState>();
        for (int producer = 0; producer < producers; producer++) {
            for (int i = 0; i < batchesEach; i++) {
                all.add(state(producer, 0, from + step * i));
            }
        }
        return new Origin(shard, all);
    }

    private static int batches(List<Origin> origins) {
        return origins.stream().mapToInt(origin -> origin.appended().size()).sum();
    }

    @Test
    void whatFitsIsHandedOnWholeAndAnAncestorOnce() {
        var parent = origin(PARENT, 3, 0, 1, 10);
        var empty = new Origin(9, List.of());

        assertThat(Inheritance.bounded(List.of(parent, empty, parent))).containsExactly(parent);
    }

    @Test
    void everyProducerKeepsItsNewestBatchesWhereverTheyAre() {
        int each = 2_000;
        // Of two parents that took turns, and all eight producers were active to the end.
        var origins = Inheritance.bounded(
                List.of(origin(PARENT, 8, 0, 2, each), origin(OTHER_PARENT, 8, 1, 2, each), origin(7, 8, 0, 1, 3)));

        assertThat(batches(origins)).isBetween(Inheritance.BATCHES_MAX - 8, Inheritance.BATCHES_MAX);
        var table = new ProducerTable(8, List.of(), origins);
        for (int producer = 0; producer < 8; producer++) {
            var last = table.last(producer);
            assertThat(last).isNotNull();
            assertThat(last.sequence()).isEqualTo(2 * each - 1);
            for (int back = 1; back <= 900; back++) {
                assertThat(table.find(producer, (short) 0, 2 * each - back)).isNotNull();
            }
        }
    }

    @Test
    void aProducerWithFewBatchesLosesNoneToOneWithMany() {
        var many = origin(PARENT, 1, 0, 1, 2 * Inheritance.BATCHES_MAX);
        var few = new Origin(
                OTHER_PARENT,
                IntStream.range(0, 10).mapToObj(i -> state(77, 0, i)).toList());

        var origins = Inheritance.bounded(List.of(few, many));

        assertThat(origins).contains(few);
        assertThat(batches(origins)).isEqualTo(Inheritance.BATCHES_MAX);
    }

    @Test
    void whatAnOlderEpochAppendedGivesWay() {
        var old = origin(PARENT, 1, 0, 1, Inheritance.BATCHES_MAX);
        var fenced = new Origin(OTHER_PARENT, List.of(state(0, 1, ProducerTable.NO_SEQUENCE)));

        assertThat(Inheritance.bounded(List.of(old, fenced))).containsExactly(fenced);
    }

    @Test
    void ofVeryManyProducersThoseOfTheEldestAncestorsAreForgotten() {
        var elder = origin(PARENT, 80, 0, 1, 100);
        var younger = new Origin(
                OTHER_PARENT,
                IntStream.range(0, 10_000)
                        .mapToObj(i -> state(1_000 + i / 100, 0, i % 100))
                        .toList());

        var origins = Inheritance.bounded(List.of(elder, younger));

        var table = new ProducerTable(8, List.of(), origins);
        for (int producer = 1_000; producer < 1_100; producer++) {
            assertThat(table.last(producer)).isNotNull();
            assertThat(table.find(producer, (short) 0, 99 - 63)).isNotNull();
        }
        assertThat(batches(origins)).isLessThanOrEqualTo(Inheritance.BATCHES_MAX);
        // Whole or not at all: what is left of one shows that more is forgotten.
        for (int producer = 0; producer < 80; producer++) {
            boolean isForgotten = table.last(producer) == null;
            assertThat(table.find(producer, (short) 0, 99 - 63) == null).isEqualTo(isForgotten);
        }
    }

    @Test
    void aSealedShardKeepsTheNewestOfItsOwnAndOfItsAncestors() {
        var table = new ProducerTable(
                8,
                origin(8, 2, 3_000, 1, 3_000).appended(),
                List.of(origin(PARENT, 2, 0, 1, 3_000)));
        assertThat(table.isShort()).isFalse();

        table.shorten();

        assertThat(table.isShort()).isTrue();
        for (int producer = 0; producer < 2; producer++) {
            assertThat(table.find(producer, (short) 0, 5_999)).isEqualTo(new Appended(8, 5_999, 1, true));
            assertThat(table.find(producer, (short) 0, 2_999)).isEqualTo(new Appended(PARENT, 2_999, 1, true));
            assertThat(table.find(producer, (short) 0, 2_000)).isNotNull();
            assertThat(table.find(producer, (short) 0, 1_000)).isNull();
        }
    }

    @Test
    void aRequestThatIsInSeveralAncestorsIsKeptOrForgottenWhole() {
        int each = 1_000;
        var origins = Inheritance.bounded(
                IntStream.range(0, 4).mapToObj(shard -> origin(shard, 4, 0, 1, each)).toList());

        assertThat(batches(origins)).isLessThanOrEqualTo(Inheritance.BATCHES_MAX);
        for (var origin : origins) {
            assertThat(origin.appended()).hasSameSizeAs(origins.getFirst().appended());
        }
    }
}
