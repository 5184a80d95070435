package io.forelog.server.route;

import static io.forelog.server.route.TestNodes.LOG;
import static io.forelog.server.route.TestNodes.SHARD;
import static io.forelog.server.route.TestNodes.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.Outcome;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.server.peer.ProducerMessages.Remembered;
import io.forelog.server.peer.ShardCopies;
import io.forelog.server.shard.ShardReader;
import io.forelog.server.shard.ShardReader.Bounds;
import io.forelog.storage.MemoryDir;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads of a shard that {@code b} leads: by {@code a}, which holds nothing, and {@code c}, which is behind. */
class ShardReadersTest {

    private static final CompletableFuture<Void> NOT_GONE = new CompletableFuture<>();

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(5));
        nodes.b.hold(TestNodes.log());
        nodes.c.hold(TestNodes.log());
        for (var values : List.of(batch("k0", "l1"), batch("k2"), batch("m3", "k4"))) {
            nodes.b.apply(SHARD, values);
        }
        nodes.c.apply(SHARD, batch("k0", "l1"));
        for (var asking : List.of(nodes.a, nodes.c)) {
            nodes.warm(asking, nodes.b);
        }
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
    }

    private static ShardReader shard(TestNode node) {
        return node.everywhere.of(TestNodes.log(), 0);
    }

    private static <T> T get(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static GlobalAddress at(long offset) {
        return new GlobalAddress(LOG, 0, offset);
    }

    private static byte[] key(String key) {
        return key.getBytes(StandardCharsets.UTF_8);
    }

    private static String value(LogRecord record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private static List<String> values(List<RecordBatch> batches) {
        return batches.stream()
                .flatMap(batch -> batch.records().stream())
                .map(ShardReadersTest::value)
                .toList();
    }

    @Test
    void aNodeWithoutAReplicaReadsAllOfItFromTheLeader() throws Exception {
        assertThat(get(shard(nodes.a).bounds())).isEqualTo(new Bounds(0, 5));
        var run = get(shard(nodes.a).run(1, 1 << 20));
        assertThat(run.bounds()).isEqualTo(new Bounds(0, 5));
        assertThat(values(run.batches())).containsExactly("k0", "l1", "k2", "m3", "k4");
        assertThat(get(shard(nodes.a).newest(key("key-k")))).isEqualTo(4);
        assertThat(get(shard(nodes.a).newest(key("key-x")))).isEqualTo(-1);
        assertThat(get(shard(nodes.a).offsetsFrom(key("key-k"), 1, 10))).containsExactly(2, 4);
        assertThat(get(shard(nodes.a).offsetsBelow(key("key-k"), Long.MAX_VALUE, 2)))
                .containsExactly(4, 2);
        assertThat(get(shard(nodes.a).offsetAtTime(1_001))).isEqualTo(5);
        assertThat(get(shard(nodes.a).records(new long[] {4, 0}, 1 << 20)))
                .extracting(ShardReadersTest::value)
                .containsExactly("k4", "k0");
    }

    @Test
    void aFollowerThatIsBehindDoesNotDenyWhatTheLeaderHas() throws Exception {
        assertThat(get(shard(nodes.c).newest(key("key-k")))).isEqualTo(4);
        assertThat(get(shard(nodes.c).bounds())).isEqualTo(new Bounds(0, 5));
        assertThat(get(shard(nodes.c).run(0, 1 << 20)).bounds()).isEqualTo(new Bounds(0, 5));
        assertThat(values(get(shard(nodes.c).run(2, 1 << 20)).batches())).containsExactly("k2", "m3", "k4");
        assertThat(value(get(nodes.c.owner.read(at(3), new Told())))).isEqualTo("m3");
    }

    @Test
    void whatAFollowerHasIsReadThereThoughTheLeaderIsGone() throws Exception {
        nodes.proxy(nodes.b).refuse(true);

        assertThat(values(get(shard(nodes.c).run(0, 1 << 20)).batches())).containsExactly("k0", "l1");
        assertThat(nodes.c.owner.isLocal(at(1))).isTrue();
        assertThat(value(get(nodes.c.owner.read(at(1), new Told())))).isEqualTo("l1");
    }

    @Test
    void aReplicaOfThisRegionIsAskedBeforeALeaderInAnotherAndTheLeaderForWhatItLacks() throws Exception {
        nodes.a.regions.put("c", "local");
        long before = nodes.b.replica(SHARD).reads();

        assertThat(nodes.a.owner.place(at(1))).isEqualTo("c");
        assertThat(value(get(nodes.a.owner.read(at(1), new Told())))).isEqualTo("l1");
        assertThat(nodes.b.replica(SHARD).reads()).isEqualTo(before);
        assertThat(value(get(nodes.a.owner.read(at(3), new Told())))).isEqualTo("m3");
        assertThat(nodes.b.replica(SHARD).reads()).isEqualTo(before + 1);
    }

    @Test
    void aNodeWithoutAReplicaReadsFromAnotherOneWhenTheLeaderIsGone() throws Exception {
        nodes.proxy(nodes.b).refuse(true);

        assertThat(value(get(nodes.a.owner.read(at(1), new Told())))).isEqualTo("l1");
        assertThat(values(get(shard(nodes.a).run(0, 1 << 20)).batches())).containsExactly("k0", "l1");
    }

    @Test
    void ownersThatAreSilentCostAReadItsDeadlineAndNoMore() {
        nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
        nodes.proxy(nodes.c).mode(CutProxy.Mode.SILENT);
        long began = System.nanoTime();

        assertThatThrownBy(() -> get(nodes.a.owner.read(at(1), new Told())))
                .hasCauseInstanceOf(NoLeaderException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .isBetween(TestNode.READ_MAX.dividedBy(2), TestNode.READ_MAX.plusSeconds(15));
    }

    @Test
    void thatARecordIsNotThereIsSaidByTheLeaderAlone() throws Exception {
        assertThatThrownBy(() -> get(nodes.a.owner.read(at(5), new Told())))
                .cause()
                .isInstanceOfSatisfying(
                        NoSuchRecordException.class,
                        e -> assertThat(e.highWatermark()).isEqualTo(5));
        nodes.proxy(nodes.b).refuse(true);

        assertThatThrownBy(() -> get(nodes.a.owner.read(at(4), new Told())))
                .hasCauseInstanceOf(NoLeaderException.class);
    }

    @Test
    void aFormerLeaderThatDoesNotKnowOfItsSuccessorDeniesNothing() {
        nodes.c.leading.add(0);
        nodes.c.isDeposed = true;

        assertThatThrownBy(() -> get(shard(nodes.c).bounds())).hasCauseInstanceOf(NoLeaderException.class);
        assertThat(nodes.c.everywhere.requireReadable(TestNodes.log(), 0, 4)).isCompleted();
    }

    @Test
    void manyRecordsComeInOneCallToEachNodeAndEachHasAnOutcome() throws Exception {
        var asked = new ArrayList<GlobalAddress>();
        for (long offset = 0; offset < 6; offset++) {
            asked.add(at(offset));
        }

        for (var node : List.of(nodes.a, nodes.c, nodes.b)) {
            var outcomes = Told.by(node.owner, asked);
            assertThat(outcomes).containsOnlyKeys(asked);
            assertThat(outcomes.get(at(5)))
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(NoSuchRecordException.class));
            asked.subList(0, 5)
                    .forEach(address -> assertThat(outcomes.get(address)).isInstanceOf(Outcome.Found.class));
        }
    }

    @Test
    void aReadThatFollowsALeaderFindsTheNextOne() throws Exception {
        nodes.b.leading.clear();
        var bounds = shard(nodes.a).bounds();
        await().during(Duration.ofMillis(100)).until(() -> !bounds.isDone());

        nodes.leader(nodes.c);

        assertThat(get(bounds)).isEqualTo(new Bounds(0, 2));
    }

    @Test
    void aReadWithoutALeaderEndsByItsDeadline() {
        nodes.b.leading.clear();

        assertThatThrownBy(() -> get(shard(nodes.a).newest(key("key-k")))).hasCauseInstanceOf(NoLeaderException.class);
    }

    @Test
    void aWaitAtTheTailOfAnotherNodeEndsWhenTheRecordComes() throws Exception {
        var come = shard(nodes.a).await(5, Duration.ofSeconds(30), NOT_GONE);
        await().during(Duration.ofMillis(200)).until(() -> !come.isDone());

        nodes.b.apply(SHARD, batch("n5"));

        get(come);
        assertThat(values(get(shard(nodes.a).run(5, 1)).batches())).containsExactly("n5");
    }

    @Test
    void aWaitEndsWhenItsCallerIsGone() throws Exception {
        var gone = new CompletableFuture<Void>();
        var there = shard(nodes.a).await(5, Duration.ofSeconds(60), gone);
        var here = shard(nodes.b).await(5, Duration.ofSeconds(60), gone);

        gone.complete(null);

        get(there);
        get(here);
    }

    @Test
    void totalsAreTheLeadersWhoeverIsAsked() throws Exception {
        for (var node : List.of(nodes.a, nodes.b, nodes.c)) {
            var totals = get(node.totals.of(List.of(SHARD, TestNodes.OTHER)));
            assertThat(totals.get(SHARD).bounds()).isEqualTo(new Bounds(0, 5));
            assertThat(totals.get(TestNodes.OTHER).bounds()).isEqualTo(new Bounds(0, 0));
        }
        nodes.proxy(nodes.b).refuse(true);
        assertThat(get(nodes.a.totals.of(List.of(SHARD)))).isEmpty();
        assertThat(get(nodes.c.totals.of(List.of(SHARD))).get(SHARD).bounds()).isEqualTo(new Bounds(0, 2));
    }

    @Test
    void aSecondReplicaIsAskedForALateRead() throws Exception {
        assertThat(value(get(nodes.a.owner.readElsewhere(at(1), new Told())))).isEqualTo("l1");
        assertThatThrownBy(() -> get(nodes.a.owner.readElsewhere(at(4), new Told())))
                .hasCauseInstanceOf(NoLeaderException.class);
    }

    @Test
    void aReplicaIsCopiedBatchByBatchAndItsDigestIsThatOfItsBatches() throws Exception {
        var copies = new ShardCopies(nodes.a.peers, nodes.a.readers, Duration.ofSeconds(20));

        assertThat(get(copies.bounds("c", LOG, 0, 0))).containsExactly(0, 2);
        assertThat(get(copies.bounds("b", LOG, 0, 0))).containsExactly(0, 5);
        assertThat(values(get(copies.batches("b", LOG, 0, 0, 5, 1)))).containsExactly("k0", "l1");
        assertThat(values(get(copies.batches("b", LOG, 0, 2, 5, 1 << 20)))).containsExactly("k2", "m3", "k4");
        assertThat(values(get(copies.batches("b", LOG, 0, 2, 3, 1 << 20)))).containsExactly("k2");
        assertThat(get(copies.batches("b", LOG, 0, 5, 9, 1 << 20))).isEmpty();
        assertThat(get(copies.digest("b", LOG, 0, 0, 2))).isEqualTo(get(copies.digest("c", LOG, 0, 0, 2)));
        assertThat(get(copies.checkpoint("b", 3, 44))).asString().isEqualTo("checkpoint 3 44");
        assertThatThrownBy(() -> get(copies.bounds("a", LOG, 0, 0))).hasCauseInstanceOf(NoLeaderException.class);
        assertThatThrownBy(() -> get(copies.bounds("nobody", LOG, 0, 0))).hasCauseInstanceOf(NoLeaderException.class);
    }

    @Test
    void whatAProducerAppendedIsKnownToEveryNodeFromTheLeadersOfAllShards() throws Exception {
        nodes.b.apply(SHARD, TestNodes.batchOf(9, 3, "p0", "p1"));
        nodes.b.apply(TestNodes.OTHER, TestNodes.batchOf(9, 4, "q0"));

        for (var node : List.of(nodes.a, nodes.b, nodes.c)) {
            assertThat(get(node.producers.of(TestNodes.log(), 9, (short) 0, 3)))
                    .containsExactly(new Remembered(SHARD, 0, 3, 2), new Remembered(TestNodes.OTHER, 0, 4, 0));
            assertThat(get(node.producers.of(TestNodes.log(), 8, (short) 0, 3)))
                    .extracting(Remembered::epoch)
                    .containsExactly(-1, -1);
        }
        nodes.b.leading.clear();
        assertThatThrownBy(() -> get(nodes.a.producers.of(TestNodes.log(), 9, (short) 0, 3)))
                .hasCauseInstanceOf(NoLeaderException.class);
    }
}
