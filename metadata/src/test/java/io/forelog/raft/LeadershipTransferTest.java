package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Whole groups under virtual time. */
class LeadershipTransferTest {

    @Test
    void operationsGoOnWhileTheTargetLacksMuch() {
        var cluster = SimulatedCluster.started(1, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        var target = cluster.followers().getFirst();
        cluster.network().isolate(target.id().node());
        cluster.commitMany(400, "b");

        var transfer = leader.group().transferLeadership(target.id());
        cluster.runtime().run(Duration.ofMillis(50));
        var during = leader.submit("during");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, during::isDone);
        assertThat(during).isCompleted();
        cluster.network().heal();

        cluster.runtime().runUntil("the target to lead", SimulatedCluster.SOON, target::isLeading);
        assertThat(transfer).isCompleted();
        assertThat(cluster.awaitEqual()).hasSize(405);
    }

    @Test
    void aTargetThatLacksTheLastIsNotAskedToLead() {
        var cluster = SimulatedCluster.started(2, 3);
        cluster.commitMany(3, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        var leader = cluster.awaitLeader();
        var target = cluster.followers().getFirst();
        int term = leader.status().term();
        cluster.network().cut(leader.id().node(), target.id().node());
        cluster.network().cut(target.id().node(), leader.id().node());
        cluster.commitMany(5, "b");

        var transfer = leader.group().transferLeadership(target.id());
        cluster.runtime().runUntil("the end of patience", SimulatedCluster.SOON, transfer::isDone);

        assertThat(transfer.exceptionNow()).isInstanceOf(TimeoutException.class).hasMessageContaining("lacks 5");
        assertThat(leader.isLeading()).isTrue();
        assertThat(leader.status().term()).isEqualTo(term);
        cluster.commit("c");
    }
}
