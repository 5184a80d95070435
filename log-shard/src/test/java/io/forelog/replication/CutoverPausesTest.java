package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.forelog.raft.ThreadedRuntime;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CutoverPausesTest {

    @TempDir
    private Path directory;

    @Test
    void aStepThatComesAfterItsCutoverBeginsNoOtherPause() throws Exception {
        var cluster = new GroupsFixture(directory);
        try (var runtime = new ThreadedRuntime(1, 1)) {
            var pauses = new CutoverPauses(cluster.metadata(), runtime);
            var measured = new AtomicInteger();
            pauses.onMeasured(new PauseListener() {
                @Override
                public void paused(long nanos) {
                    measured.incrementAndGet();
                }

                @Override
                public void took(Part part, long nanos) {}
            });
            var log = cluster.createLog("pinned", 1);
            long plan = cluster.begin(Plan.of(
                    PlanKind.PIN,
                    Cause.BY_HAND,
                    new Change(log.name(), log.incarnation(), List.of(0), OptionalLong.empty(), List.of()),
                    Route.NONE,
                    new Expected("", Cost.NONE, Benefit.NONE),
                    1));
            submit(cluster, new PlanCommand.CutOver(plan, PlanState.PREPARE, 1, List.of()));
            pauses.begin(plan);
            submit(cluster, new PlanCommand.Cut(plan, List.of(), List.of(0), 0, 1));
            assertThat(measured).hasValue(1);

            pauses.begin(plan);
            submit(cluster, new PlanCommand.Measured(plan, 1, 0));

            assertThat(measured).hasValue(1);
        } finally {
            cluster.close();
        }
    }

    private static void submit(GroupsFixture cluster, PlanCommand command) {
        cluster.metadata().submit(new ChangePlan(command)).join();
    }
}
