package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whole groups under virtual time: each look happens when the clock says so. */
class GroupReconcilerTest {

    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final List<GroupStep> steps = new ArrayList<>();

    @Test
    void oneMemberBecomesThreeVotersInAPair() {
        var cluster = SimulatedCluster.started(1, 1);
        cluster.commitMany(100, "a");
        var n2 = cluster.newMember(MemberId.of("n2"));
        n2.start();
        var two = wanted(cluster, 1, "n1", "n2");
        var reconciler = reconciler(cluster);
        reconcile(cluster, reconciler, two);
        assertThat(voters(cluster)).hasSize(1);

        var n3 = cluster.newMember(MemberId.of("n3"));
        n3.start();
        reconcile(cluster, reconciler, wanted(cluster, 3, "n1", "n2", "n3"));

        assertThat(voters(cluster)).containsExactly(MemberId.of("n1"), n2.id(), n3.id());
        assertThat(steps)
                .containsExactly(
                        new GroupStep.Add(n2.id()),
                        new GroupStep.Add(n3.id()),
                        new GroupStep.Promote(n2.id()),
                        new GroupStep.Promote(n3.id()));
        assertThat(cluster.awaitEqual()).hasSize(101);
    }

    @Test
    void noneOfAPairIsPromotedWhileTheOtherIsDown() {
        var cluster = SimulatedCluster.started(2, 1);
        cluster.commitMany(3, "a");
        cluster.newMember(MemberId.of("n2")).start();
        cluster.newMember(MemberId.of("n3"));
        var reconciler = reconciler(cluster);

        reconcile(cluster, reconciler, wanted(cluster, 3, "n1", "n2", "n3"));
        assertThat(voters(cluster)).hasSize(1);

        cluster.member("n3").start();
        reconcile(cluster, reconciler, wanted(cluster, 3, "n1", "n2", "n3"));
        assertThat(voters(cluster)).hasSize(3);
    }

    @Test
    void aVoterThatLostItsDiskIsReplacedByItsNextIncarnationAndItsNodeNeverHasTwoVotes() {
        var cluster = SimulatedCluster.started(3, 3);
        cluster.commitMany(50, "a");
        var lost = cluster.followers().getFirst();
        lost.crash();
        cluster.forget(lost);
        var fresh = cluster.newMember(lost.id().next());
        fresh.start();
        var members = new ArrayList<>(
                cluster.members().stream().map(SimulatedCluster.Member::id).toList());

        reconcile(cluster, reconciler(cluster), new WantedMembers(members, 3, Optional.empty()));

        assertThat(steps)
                .containsExactly(
                        new GroupStep.Add(fresh.id()),
                        new GroupStep.Remove(lost.id()),
                        new GroupStep.Promote(fresh.id()));
        assertThat(voters(cluster)).containsExactlyInAnyOrderElementsOf(members);
    }

    @Test
    void aNodeThatFailsAgainWhileItsLostVoterIsReplacedStopsNoCommit() {
        var cluster = SimulatedCluster.started(3, 3);
        cluster.commitMany(50, "a");
        var lost = cluster.followers().getFirst();
        lost.crash();
        cluster.forget(lost);
        var fresh = cluster.newMember(lost.id().next());
        fresh.start();
        var members = new ArrayList<>(
                cluster.members().stream().map(SimulatedCluster.Member::id).toList());
        var reconciler = reconciler(cluster);
        var wanted = new WantedMembers(members, 3, Optional.empty());

        for (var step = reconciler.advance(wanted);
                !step.equals(Optional.of(new GroupStep.Promote(fresh.id())));
                step = reconciler.advance(wanted)) {
            cluster.runtime().run(LOOK);
        }
        fresh.crash();

        cluster.commitMany(20, "b");
    }

    @Test
    void aGroupMovesToOtherNodesWithItsLeader() {
        var cluster = SimulatedCluster.started(4, 1);
        cluster.commitMany(20, "a");
        var moved = cluster.newMember(MemberId.of("n2"));
        moved.start();
        var wanted = new WantedMembers(List.of(moved.id()), 1, Optional.of(moved.id()));
        var first = reconciler(cluster);
        reconcile(cluster, first, wanted);
        assertThat(cluster.awaitLeader()).isSameAs(moved);

        reconcile(cluster, reconciler(cluster), wanted);

        assertThat(voters(cluster)).containsExactly(moved.id());
        assertThat(steps)
                .containsExactly(
                        new GroupStep.Add(moved.id()),
                        new GroupStep.Promote(moved.id()),
                        new GroupStep.Transfer(moved.id()),
                        new GroupStep.Remove(MemberId.of("n1")));
    }

    @Test
    void leadershipGoesToThePreferredMemberOnceItHasBeenBackForAWhile() {
        var cluster = SimulatedCluster.started(5, 3);
        var preferred = cluster.followers().getFirst();
        preferred.kill();
        cluster.commitMany(30, "a");
        var wanted = new WantedMembers(
                cluster.members().stream().map(SimulatedCluster.Member::id).toList(), 3, Optional.of(preferred.id()));
        var reconciler = reconciler(cluster);
        reconcile(cluster, reconciler, wanted);
        assertThat(steps).isEmpty();

        preferred.start();
        var back = cluster.runtime().nanoTime();
        reconcile(cluster, reconciler, wanted);

        assertThat(cluster.awaitLeader()).isSameAs(preferred);
        assertThat(steps).containsExactly(new GroupStep.Transfer(preferred.id()));
        assertThat(cluster.runtime().nanoTime() - back)
                .isGreaterThan(ReconcilerConfig.DEFAULT.settle().toNanos());
    }

    @Test
    void theNumberOfVotersIsOdd() {
        assertThat(WantedMembers.oddVoters(1, 5)).isEqualTo(1);
        assertThat(WantedMembers.oddVoters(2, 5)).isEqualTo(1);
        assertThat(WantedMembers.oddVoters(4, 5)).isEqualTo(3);
        assertThat(WantedMembers.oddVoters(9, 5)).isEqualTo(5);
    }

    /** Looks again and again until nothing was to do for a while. */
    private void reconcile(SimulatedCluster cluster, GroupReconciler reconciler, WantedMembers wanted) {
        var end = cluster.runtime().nanoTime() + PATIENCE.toNanos();
        for (var idle = 0; idle < 100; idle++) {
            assertThat(cluster.runtime().nanoTime()).isLessThan(end);
            var step = reconciler.advance(wanted);
            if (step.isPresent()) {
                steps.add(step.get());
                idle = 0;
            }
            cluster.runtime().run(LOOK);
        }
    }

    private static GroupReconciler reconciler(SimulatedCluster cluster) {
        return new GroupReconciler(
                cluster.awaitLeader().group(), ReconcilerConfig.DEFAULT, cluster.runtime()::nanoTime);
    }

    private static WantedMembers wanted(SimulatedCluster cluster, int voters, String... nodes) {
        return new WantedMembers(List.of(nodes).stream().map(MemberId::of).toList(), voters, Optional.empty());
    }

    private static List<MemberId> voters(SimulatedCluster cluster) {
        return cluster.awaitLeader().status().membership().voters();
    }
}
