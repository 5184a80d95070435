package io.forelog.server.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.error.NoSuchShardException;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand;
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
import io.forelog.replication.ShardReplicas;
import io.forelog.server.route.TestMetadata;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ShardsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void aChildTakesAppendsFromTheMomentThatTheMapNamesIt() {
        var vertx = Vertx.vertx();
        try (var metadata = new TestMetadata()) {
            submit(metadata, new JoinNode("n1", "disk", "r", "127.0.0.1:1", "127.0.0.1:1"));
            var shards = new Shards(
                    vertx,
                    "n1",
                    metadata,
                    new ShardReplicas(),
                    command -> {},
                    new Shards.Limits(1 << 20, 1 << 20, Duration.ofMillis(1)),
                    (shard, part, queueNanos, nanos) -> {});
            shards.follow();
            submit(metadata, new CreateLog("split", LogSettings.defaults(1).withShards(1), 0));
            var log = metadata.state().log("split");
            var middle = OptionalLong.of(KeyRange.part(1, 2).from());
            var plan = Plan.of(
                    PlanKind.SPLIT,
                    Cause.BY_HAND,
                    new Change(log.name(), log.incarnation(), List.of(0), middle, List.of()),
                    Route.NONE,
                    new Expected("", Cost.NONE, Benefit.NONE),
                    1);
            submit(metadata, new ChangePlan(new PlanCommand.Begin(plan)));
            long id = metadata.state().plans().nextId() - 1;
            submit(metadata, new ChangePlan(new PlanCommand.CutOver(id, PlanState.PREPARE, 1, List.of())));
            await().atMost(SOON).until(() -> shards.all().size() == 3);
            var before = metadata.state().log("split");
            assertThatThrownBy(() -> shards.verticle(before, 1)).isInstanceOf(NoSuchShardException.class);

            submit(metadata, new ChangePlan(new PlanCommand.Cut(id, List.of(0), List.of(1, 2), 0, 1)));

            var after = metadata.state().log("split");
            assertThat(shards.verticle(after, 1)).isNotNull();
            assertThat(shards.verticle(after, 2)).isNotNull();
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }

    private static void submit(TestMetadata metadata, MetadataCommand command) {
        metadata.submit(command).join();
    }
}
