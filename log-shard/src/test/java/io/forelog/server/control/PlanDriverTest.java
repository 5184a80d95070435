package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
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
import io.forelog.replication.LoneMetadata;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan on a real store of the metadata, whose groups nobody runs. */
class PlanDriverTest {

    private static final Instant BEGAN = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private LoneMetadata metadata;

    @BeforeEach
    void start() throws Exception {
        metadata = new LoneMetadata(directory);
        for (var node : List.of("a", "b", "c")) {
            metadata.store().submit(new JoinNode(node, node, "r", "h:1", "r:1")).join();
        }
        metadata.store()
                .submit(new CreateLog("log", LogSettings.defaults(3).withShards(1), 0))
                .join();
    }

    @AfterEach
    void stop() {
        metadata.close();
    }

    @Test
    void aCopyThatCannotBeComparedIsGivenUpAfterAWhileAndNotBefore() {
        long id = verifying();

        ticked(BEGAN.plus(PlanLimits.VERIFY_MAX));
        assertThat(metadata.store().state().plans().plan(id).state()).isEqualTo(PlanState.VERIFY);

        ticked(BEGAN.plus(PlanLimits.VERIFY_MAX).plusMillis(1));
        Awaitility.await()
                .atMost(SOON)
                .until(() -> metadata.store().state().plans().plan(id).state() == PlanState.FAILED);
        var shard = metadata.store().state().log("log").shards().shards().getFirst();
        assertThat(shard.isOpen()).isTrue();
        assertThat(metadata.store().state().plans().changing(1, shard.number())).isNull();
    }

    @Test
    void aKeyIsPinnedForAnHourByHandAndByTheManagerUntilItSaysOtherwise() {
        long byHand = pinned(Cause.BY_HAND);
        long bySomeRule = pinned(Cause.LIMIT_PASSED);

        ticked(BEGAN.plus(Duration.ofMinutes(59)));
        assertThat(state(byHand)).isEqualTo(PlanState.WATCH);
        ticked(BEGAN.plus(Duration.ofHours(1)));

        Awaitility.await().atMost(SOON).until(() -> state(byHand) == PlanState.DONE);
        assertThat(state(bySomeRule)).isEqualTo(PlanState.WATCH);
    }

    private PlanState state(long plan) {
        return metadata.store().state().plans().plan(plan).state();
    }

    /** Begins a pin, which has been looked over. */
    private long pinned(Cause cause) {
        var log = metadata.store().state().log("log");
        var plan = Plan.of(
                PlanKind.PIN,
                cause,
                new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.of(1), List.of(), "star"),
                Route.NONE,
                new Expected("", Cost.NONE, Benefit.NONE),
                BEGAN.toEpochMilli());
        long id = submitted(new PlanCommand.Begin(plan)) - 1;
        submitted(new PlanCommand.CutOver(id, PlanState.PREPARE, BEGAN.toEpochMilli(), List.of()));
        submitted(new PlanCommand.Cut(id, List.of(), List.of(0), 0, BEGAN.toEpochMilli()));
        submitted(new PlanCommand.Validated(id, List.of(new Plan.Check(Plan.LAST_CHECK, true, ""))));
        return id;
    }

    private void ticked(Instant now) {
        new PlanDriver(
                        metadata.store(),
                        () -> true,
                        Duration.ofHours(1),
                        plan -> CompletableFuture.completedFuture(List.of()),
                        Clock.fixed(now, ZoneOffset.UTC))
                .tick();
    }

    /** Begins a move, and brings it to where its copy is compared. */
    private long verifying() {
        var log = metadata.store().state().log("log");
        int source = log.shards().shards().getFirst().group();
        var plan = Plan.of(
                PlanKind.MOVE,
                Cause.BY_HAND,
                new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.empty(), List.of()),
                new Route("", source, "", (source + 1) % 3),
                new Expected("", Cost.NONE, Benefit.NONE),
                BEGAN.toEpochMilli());
        long id = submitted(new PlanCommand.Begin(plan)) - 1;
        submitted(advance(id, PlanState.PREPARE, PlanState.COPY));
        submitted(advance(id, PlanState.COPY, PlanState.VERIFY));
        return id;
    }

    private static PlanCommand advance(long id, PlanState from, PlanState to) {
        return new PlanCommand.Advance(id, from, to, BEGAN.toEpochMilli(), "", List.of(), 0);
    }

    private long submitted(PlanCommand command) {
        return metadata.store()
                .submit(new ChangePlan(command))
                .join()
                .plans()
                .nextId();
    }
}
