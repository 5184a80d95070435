package io.forelog.server.route;

import static io.forelog.server.route.TestNodes.SHARD;
import static io.forelog.server.route.TestNodes.batch;
import static io.forelog.server.route.TestNodes.batchOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.OffsetMismatchException;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.server.route.CutProxy.Mode;
import io.forelog.storage.MemoryDir;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends to a leader on another node, and everything that can come between. */
class RoutedReplicationTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final long ANY = AppendCommand.ANY_OFFSET;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, TIMEOUT);
        nodes.b.hold(TestNodes.log());
        nodes.warm(nodes.a, nodes.b);
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
    }

    private static Appended get(CompletableFuture<Appended> appended) throws Exception {
        return appended.get(10, TimeUnit.SECONDS);
    }

    private static void assertFails(CompletableFuture<Appended> append, Class<? extends Throwable> type) {
        assertThatThrownBy(() -> get(append))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(type);
    }

    @Test
    void anAppendReachesTheLeaderOnAnotherNodeAndIsAnsweredWithItsOffset() throws Exception {
        assertThat(get(nodes.a.append(SHARD, batch("one", "two"), ANY))).isEqualTo(new Appended(0, 0, 2, false));
        assertThat(get(nodes.a.append(SHARD, batch("three"), 2))).isEqualTo(new Appended(0, 2, 1, false));

        assertThat(nodes.b.replica(SHARD).highWatermark()).isEqualTo(3);
        assertThat(nodes.b.replica(SHARD).log().read(2).value()).asString().isEqualTo("three");
    }

    @Test
    void aRefusalOfTheLeaderComesOutAsTheTypeThatItWas() {
        assertThatThrownBy(() -> get(nodes.a.append(SHARD, batch("one"), 5)))
                .cause()
                .isInstanceOfSatisfying(OffsetMismatchException.class, e -> assertThat(e.nextOffset())
                        .isZero());
    }

    @Test
    void anAppendSentToAFormerLeaderFollowsItsHint() throws Exception {
        nodes.tell(nodes.a, "c");

        assertThat(get(nodes.a.append(SHARD, batch("one"), ANY)).baseOffset()).isZero();
    }

    @Test
    void anAppendWithoutALeaderWaitsUntilThereIsOne() throws Exception {
        nodes.b.leading.clear();
        var append = nodes.a.append(SHARD, batch("one"), ANY);
        await().until(() -> nodes.a.routed.pending() == 1);
        assertThat(append).isNotDone();

        nodes.leader(nodes.b);

        assertThat(get(append).baseOffset()).isZero();
    }

    @Test
    void anAppendThatFindsNoLeaderInTimeIsRefusedAndNotOfUnknownOutcome() {
        nodes.b.leading.clear();

        assertFails(nodes.a.append(SHARD, batch("one"), ANY), NoLeaderException.class);
    }

    @Test
    void anAppendToANodeThatRefusesConnectionsIsTriedAgainUntilItIsBack() throws Exception {
        // Asked by a node without a connection: on one that is cut just now, the outcome would be unknown.
        nodes.proxy(nodes.b).refuse(true);
        var append = nodes.c.append(SHARD, batch("one"), ANY);
        await().during(Duration.ofMillis(300)).until(() -> !append.isDone());

        nodes.proxy(nodes.b).refuse(false);

        assertThat(get(append).baseOffset()).isZero();
        assertThat(nodes.b.replica(SHARD).highWatermark()).isOne();
    }

    @Test
    void anAppendWhoseAnswerIsLostIsOfUnknownOutcomeAndIsNotRepeated() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.proxy(nodes.b).mode(Mode.DROP_ANSWERS);
        var append = nodes.a.append(SHARD, batch("one"), ANY);
        nodes.proxy(nodes.b).awaitDropped();
        nodes.proxy(nodes.b).mode(Mode.PASS);
        nodes.proxy(nodes.b).cut();

        assertFails(append, CommitUnknownException.class);
        await().during(Duration.ofMillis(300))
                .until(() -> nodes.b.replica(SHARD).highWatermark() == 2);
    }

    @Test
    void aConditionalAppendWhoseAnswerIsLostIsNotRepeatedEvenForAProducer() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.proxy(nodes.b).mode(Mode.DROP_ANSWERS);
        var append = nodes.a.append(SHARD, batchOf(9, 0, "one"), 1);
        nodes.proxy(nodes.b).awaitDropped();
        nodes.proxy(nodes.b).mode(Mode.PASS);
        nodes.proxy(nodes.b).cut();

        assertFails(append, CommitUnknownException.class);
    }

    @Test
    void anIdempotentAppendWhoseAnswerIsLostIsRepeatedAndAppendedOnce() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.proxy(nodes.b).mode(Mode.DROP_ANSWERS);
        var append = nodes.a.append(SHARD, batchOf(9, 0, "one"), ANY);
        nodes.proxy(nodes.b).awaitDropped();
        nodes.proxy(nodes.b).mode(Mode.PASS);
        nodes.proxy(nodes.b).cut();

        assertThat(get(append)).isEqualTo(new Appended(0, 1, 1, true));
        assertThat(nodes.b.replica(SHARD).highWatermark()).isEqualTo(2);
    }

    @Test
    void anIdempotentAppendThatMayBeThereIsOfUnknownOutcomeThoughNoLeaderIsFoundLater() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.proxy(nodes.b).mode(Mode.DROP_ANSWERS);
        var append = nodes.a.append(SHARD, batchOf(9, 0, "one"), ANY);
        nodes.proxy(nodes.b).awaitDropped();
        nodes.proxy(nodes.b).refuse(true);

        assertFails(append, CommitUnknownException.class);
    }

    @Test
    void anAppendToALeaderThatIsSilentIsGivenUpSoonAfterAnotherLeads() throws Exception {
        nodes.c.hold(TestNodes.log());
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.b.gate = new CompletableFuture<>();
        var lost = nodes.a.append(SHARD, batch("one"), ANY);
        await().until(() -> nodes.a.routed.pending() == 1);
        long began = System.nanoTime();

        nodes.leader(nodes.c);

        assertThat(get(nodes.a.append(SHARD, batch("two"), ANY)).baseOffset()).isZero();
        assertFails(lost, CommitUnknownException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(TIMEOUT);
        nodes.b.gate.complete(null);
    }

    @Test
    void anAppendThatAFormerLeaderAnswersAfterItsSuccessorIsKnownIsAcknowledged() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.b.gate = new CompletableFuture<>();
        var append = nodes.a.append(SHARD, batch("one"), ANY);
        await().until(() -> nodes.a.routed.pending() == 1);

        nodes.leader(nodes.c);
        nodes.b.gate.complete(null);

        assertThat(get(append).baseOffset()).isOne();
    }

    @Test
    void aConnectionOnWhichNothingIsAnsweredIsGivenUpBeforeTheDeadline() throws Exception {
        nodes.close();
        nodes = new TestNodes(directory.resolve("impatient"), Duration.ofSeconds(20), Duration.ofSeconds(1));
        nodes.b.hold(TestNodes.log());
        await().ignoreExceptions().until(() -> get(nodes.a.append(SHARD, batch("warm"), ANY)) != null);
        nodes.proxy(nodes.b).mode(Mode.SILENT);
        long began = System.nanoTime();

        assertFails(nodes.a.append(SHARD, batch("one"), ANY), CommitUnknownException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void aHalfClosedConnectionLosesNoAppendAndDoublesNone() throws Exception {
        get(nodes.a.append(SHARD, batch("warm"), ANY));
        nodes.proxy(nodes.b).halfClose();

        for (int i = 0; i < 20; i++) {
            get(nodes.a.append(SHARD, batchOf(9, i, "value-" + i), ANY));
        }

        assertThat(nodes.b.replica(SHARD).highWatermark()).isEqualTo(21);
    }

    @Test
    void appendsOfALeaderStayInTheProcess() throws Exception {
        nodes.proxy(nodes.b).refuse(true);

        assertThat(get(nodes.b.append(SHARD, batch("one"), ANY)).baseOffset()).isZero();
    }
}
