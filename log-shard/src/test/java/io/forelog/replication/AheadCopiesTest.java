package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Cost;
import io.forelog.plan.Expected;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A move that is announced: its copy is made before there is a plan, and used by it or deleted. */
class AheadCopiesTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int RECORDS = 60;

    @TempDir
    private Path directory;

    private GroupsFixture cluster;
    private Log log;
    private ShardId shard;
    private CopyAhead move;
    private String target;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        cluster.leftoversGrace(Duration.ZERO);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        // Each group has one node, so that a move copies.
        log = cluster.createLog("moved", 3, 1);
        shard = new ShardId(log.incarnation(), 0);
        int source = log.shards().shard(0).group();
        int to = (source + 1) % 3;
        move = new CopyAhead(shard, log.name(), source, to);
        target = cluster.metadata().state().groups().get(to).preferred();
        append(0, RECORDS);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aMoveThatWasAnnouncedCopiesOnlyWhatIsNew() throws Exception {
        copiedAhead();
        int asked = cluster.askedFrom().size();
        append(RECORDS, RECORDS + 20);

        long plan = begin();
        cluster.await(plan, PlanState.WATCH);

        var asks = cluster.askedFrom();
        // By the plan or ahead of it. Samples are compared with the source, too.
        assertThat(asks.subList(asked, asks.size())).contains((long) RECORDS);
        assertThat(asks.subList(0, asked)).contains(0L);
        assertThat(cluster.metadata().state().plans().plan(plan).bytesMoved()).isPositive();
        assertAllIsThere(RECORDS + 20);
    }

    @Test
    void whatIsNotAnnouncedAnyMoreLeavesNoFiles() throws Exception {
        copiedAhead();

        assertThat(tell(List.of())).isEmpty();

        await().atMost(SOON).until(() -> !cluster.hasFiles(target, shard));
        append(RECORDS, RECORDS + 5);
        assertAllIsThere(RECORDS + 5);
    }

    @Test
    void aNodeThatWasStoppedGoesOnWithWhatItHadIfItIsToldAgain() throws Exception {
        copiedAhead();
        cluster.leftoversGrace(Duration.ofMinutes(10));
        cluster.stop(target);
        cluster.start(target);
        append(RECORDS, RECORDS + 20);
        int asked = cluster.askedFrom().size();

        copiedAhead();

        assertThat(cluster.askedFrom().subList(asked, cluster.askedFrom().size()))
                .isNotEmpty()
                .allMatch(from -> from >= RECORDS);
        cluster.await(begin(), PlanState.WATCH);
        assertAllIsThere(RECORDS + 20);
    }

    @Test
    void aNodeThatWasStoppedAndIsNotToldAgainDeletesWhatItHad() throws Exception {
        copiedAhead();

        cluster.stop(target);
        cluster.start(target);

        await().atMost(SOON).until(() -> !cluster.hasFiles(target, shard));
        assertAllIsThere(RECORDS);
    }

    @Test
    void whoeverNeedsNoCopyIsReadyAtOnce() {
        var source = cluster.leaderOf(log, 0);

        assertThat(cluster.node(source).replication().announced(List.of(move))).containsExactly(move);
        assertThat(tell(List.of(move))).isEmpty();
    }

    private Set<CopyAhead> tell(List<CopyAhead> moves) {
        return cluster.node(target).replication().announced(moves);
    }

    private void copiedAhead() throws Exception {
        await().atMost(SOON).until(() -> tell(List.of(move)).contains(move));
        assertThat(cluster.hasFiles(target, shard)).isTrue();
    }

    private long begin() {
        long plan = cluster.begin(Plan.of(
                PlanKind.MOVE,
                Cause.FORECAST,
                new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.empty(), List.of()),
                new Route("", move.sourceGroup(), "", move.targetGroup()),
                new Expected("", Cost.NONE, Benefit.NONE),
                1));
        cluster.metadata()
                .submit(new ChangePlan(
                        new PlanCommand.Advance(plan, PlanState.PREPARE, PlanState.COPY, 2, "", List.of(), 0)))
                .join();
        return plan;
    }

    private void append(int from, int end) {
        var known = cluster.metadata().state().log(log.name());
        for (int sequence = from; sequence < end; sequence++) {
            assertThat(cluster.append(known, 0, sequence).baseOffset()).isEqualTo(sequence);
        }
    }

    private void assertAllIsThere(int end) {
        var known = cluster.metadata().state().log(log.name());
        assertThat(cluster.append(known, 0, end).baseOffset()).isEqualTo(end);
        var replica = cluster.node(cluster.leaderOf(known, 0)).replicas().find(shard);
        assertThat(IntStream.range(0, end)
                        .mapToObj(offset -> new String(replica.log().read(offset).value(), StandardCharsets.UTF_8)))
                .containsExactlyElementsOf(
                        IntStream.range(0, end).mapToObj(number -> "value-" + number).toList());
    }
}
