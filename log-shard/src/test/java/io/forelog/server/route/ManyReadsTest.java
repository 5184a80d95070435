package io.forelog.server.route;

import static io.forelog.server.route.TestNodes.LOG;
import static io.forelog.server.route.TestNodes.SHARD;
import static io.forelog.server.route.TestNodes.batch;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.Answer;
import io.forelog.cache.FillPolicy;
import io.forelog.cache.Outcome;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ReadPathConfig;
import io.forelog.cache.local.AdaptiveLocalCache;
import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.cache.value.ValueSealer;
import io.forelog.error.NoSuchRecordException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.storage.MemoryDir;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many records read at a time by {@code a}, which holds none, of {@code b}, which leads, while {@code c} has them. */
class ManyReadsTest {

    /** More than there may be calls under way to one node. */
    private static final int RECORDS = 500;

    private static final int PART = 20;
    private static final int WARM_UP = 120;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private TestNodes nodes;

    @BeforeEach
    void start() throws Exception {
        nodes = new TestNodes(directory, Duration.ofSeconds(5));
        var values = IntStream.range(0, RECORDS).mapToObj(i -> "value-" + i).toArray(String[]::new);
        for (var holding : List.of(nodes.b, nodes.c)) {
            holding.hold(TestNodes.log());
            holding.apply(SHARD, batch(values));
            nodes.warm(nodes.a, holding);
        }
    }

    @AfterEach
    void stop() throws Exception {
        nodes.close();
    }

    private static List<GlobalAddress> addresses(long from, int count) {
        return LongStream.range(from, from + count)
                .mapToObj(offset -> new GlobalAddress(LOG, 0, offset))
                .toList();
    }

    private static <T> T get(CompletionStage<T> answer) throws Exception {
        return answer.toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private static String value(LogRecord record) {
        return new String(record.value(), StandardCharsets.UTF_8);
    }

    private void assertRight(GlobalAddress address, Outcome<LogRecord> outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Found.class,
                        found -> assertThat(value((LogRecord) found.value())).isEqualTo("value-" + address.offset()));
    }

    /** Returns how many calls for records {@code a} made that ended. */
    private long calls() {
        return nodes.a.meters.find("forelog.peer.calls").tags("call", "points").timers().stream()
                .mapToLong(timer -> timer.count())
                .sum();
    }

    @Test
    void leaderThatIsSilentCostsAReadOneTryAndNotItsDeadline() throws Exception {
        nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);

        assertThat(value(get(nodes.a.owner.read(addresses(7, 1).getFirst(), new Told()))))
                .isEqualTo("value-7");
    }

    @Test
    void whatALeaderThatIsGoneCannotSayIsAskedOfAnotherReplicaInOneCall() throws Exception {
        nodes.proxy(nodes.b).refuse(true);
        var asked = addresses(0, RECORDS);

        var outcomes = Told.by(nodes.a.owner, asked);

        assertThat(outcomes).containsOnlyKeys(asked);
        outcomes.forEach(this::assertRight);
        assertThat(calls()).isEqualTo(2);
    }

    @Test
    void whatALeaderThatIsSilentCannotSayIsAskedOfAnotherReplicaBeforeTheDeadline() throws Exception {
        nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
        var asked = addresses(0, RECORDS);
        var many = new Told();
        var one = new Told();

        get(nodes.a.owner.readAll(asked, many));
        get(nodes.a.owner.read(asked.getFirst(), one));

        assertThat(many.outcomes).containsOnlyKeys(asked);
        many.outcomes.forEach(this::assertRight);
        assertThat(many.answeredBy).containsExactly("c");
        assertThat(one.answeredBy).containsExactly("c");
    }

    @Test
    void whoAnswersIsToldOnceOfEachCall() throws Exception {
        var told = new Told();

        get(nodes.a.owner.readAll(addresses(0, RECORDS), told));
        get(nodes.a.owner.read(addresses(0, 1).getFirst(), told));
        get(nodes.a.owner.readElsewhere(addresses(0, 1).getFirst(), told));

        assertThat(told.answeredBy).containsExactly("b", "b", "c");
    }

    @Test
    void ownersThatAreSilentCostAReadOfManyItsDeadlineAndNoMore() throws Exception {
        nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
        nodes.proxy(nodes.c).mode(CutProxy.Mode.SILENT);
        var asked = addresses(0, RECORDS);

        var outcomes = Told.by(nodes.a.owner, asked);

        assertThat(outcomes).containsOnlyKeys(asked);
        assertThat(outcomes.values()).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Failed.class));
        assertThat(calls()).as("a try of each within the deadline, and no more").isLessThanOrEqualTo(3);
    }

    @Test
    void whatNobodyAsksForAnyLongerIsNotAskedOfAnotherReplica() throws Exception {
        nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
        var told = new Told();
        var asked = addresses(0, RECORDS);
        var read = nodes.a.owner.readAll(asked, told);

        get(nodes.a.owner.readAllAt("c", asked, told));
        get(read);

        told.outcomes.forEach(this::assertRight);
        assertThat(told.outcomes).containsOnlyKeys(asked);
        assertThat(calls())
                .as("one of each, or none of a leader that was not reached yet")
                .isLessThanOrEqualTo(2);
    }

    @Test
    void manyReadsOfAnOwnerThatStandsStillAreAnsweredByAnotherReplica() throws Exception {
        try (var path = path()) {
            long before = warmUp(path);
            nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
            var asked = new ArrayList<>(addresses(RECORDS - PART, PART));
            asked.add(asked.getFirst());
            asked.addFirst(new GlobalAddress(LOG, 0, 0));

            var outcomes = get(path.readAll(asked));

            assertThat(outcomes).hasSameSizeAs(asked);
            for (int i = 0; i < asked.size(); i++) {
                var answer = ((Outcome.Found<Answer>) outcomes.get(i)).value();
                assertThat(value(answer.record()))
                        .isEqualTo("value-" + asked.get(i).offset());
            }
            assertThat(path.stats().hedged()).isEqualTo(before + PART + 1);
            assertThat(path.stats().ownerFailures()).isZero();
            // Counted by the thread that brought the answer, after it did.
            await().untilAsserted(() -> assertThat(path.stats().hedgesWon()).isGreaterThanOrEqualTo(PART + 1));
        }
    }

    @Test
    void thatARecordIsNotThereIsNotSaidByTheReplicaThatIsAskedSecond() throws Exception {
        nodes.b.apply(SHARD, batch("value-" + RECORDS));
        try (var path = path()) {
            warmUp(path);
            nodes.proxy(nodes.b).mode(CutProxy.Mode.SILENT);
            var asked = addresses(RECORDS - PART, PART + 1);

            var read = path.readAll(asked);
            await().atMost(Duration.ofSeconds(20)).until(() -> path.stats().hedgesWon() >= PART);
            nodes.proxy(nodes.b).refuse(true);
            nodes.proxy(nodes.b).mode(CutProxy.Mode.PASS);
            nodes.proxy(nodes.b).refuse(false);

            assertThat(get(read)).allSatisfy(outcome -> assertThat(outcome).isInstanceOf(Outcome.Found.class));
            assertThat(get(path.readAll(addresses(RECORDS, 2))).getLast())
                    .isInstanceOfSatisfying(
                            Outcome.Failed.class,
                            failed -> assertThat(failed.cause()).isInstanceOf(NoSuchRecordException.class));
        }
    }

    private ReadPath path() {
        var cache = new AdaptiveLocalCache<GlobalAddress, LogRecord>(
                LocalCacheConfig.ofBytes(1), LogRecord::weight, unused -> {});
        var path = new ReadPath(
                ReadPathConfig.of("local"),
                cache,
                List.of(),
                nodes.a.owner,
                incarnation -> FillPolicy.DEFAULT,
                ValueSealer.NONE);
        path.start();
        return path;
    }

    /** Reads until it is known what is usual; returns how many of these reads were hedged. */
    private long warmUp(ReadPath path) throws Exception {
        for (int i = 0; i < WARM_UP; i++) {
            for (var outcome : get(path.readAll(addresses(i, PART)))) {
                assertThat(outcome).isInstanceOf(Outcome.Found.class);
            }
        }
        return path.stats().hedged();
    }
}
