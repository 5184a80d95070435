package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A group's life in simulation: elections, crashes, cuts, changes of members. */
class SimulatedClusterTest {

    @Test
    void operationIsAppliedInTheSameOrderByAll() {
        var cluster = SimulatedCluster.started(1, 3);
        cluster.commitMany(30, "op");

        assertThat(cluster.awaitEqual()).hasSize(31).startsWith("op0", "op1").endsWith("op29", "end");
    }

    @Test
    void newLeaderIsElectedWithinASecondOfALeadersDeath() {
        var cluster = SimulatedCluster.started(2, 3);
        cluster.commitMany(5, "a");
        var start = cluster.runtime().nanoTime();
        cluster.awaitLeader().crash();

        cluster.awaitLeader();

        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofMillis(1200));
        assertThat(cluster.awaitEqual()).hasSize(6);
    }

    @Test
    void newGroupIsLedByItsFirstMemberInItsFirstTerm() {
        for (var seed = 1; seed <= 20; seed++) {
            var leader = SimulatedCluster.started(seed, 3).awaitLeader();

            assertThat(leader.id().node()).as("seed %d", seed).isEqualTo("n1");
            assertThat(leader.status().term()).as("seed %d", seed).isEqualTo(1);
        }
    }

    @Test
    void newGroupWhoseFirstMemberIsNotThereIsLedByAnother() {
        var cluster = new SimulatedCluster(21, 3, SimulatedCluster.LIMITS);
        cluster.member("n2").start();
        cluster.member("n3").start();

        assertThat(cluster.awaitLeader().id().node()).isNotEqualTo("n1");
    }

    @Test
    void everywhereIsToldAsSoonAsTheLastLiveMemberHasTheEntry() {
        var cluster = SimulatedCluster.started(22, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        cluster.network().delay(Duration.ofMillis(20));
        var committed = leader.submit("b");
        cluster.runtime().runUntil("commit", SimulatedCluster.SOON, committed::isDone);
        var start = cluster.runtime().nanoTime();

        var everywhere = leader.group().everywhere(committed.join().index(), SimulatedCluster.SOON);
        cluster.runtime().runUntil("everywhere", SimulatedCluster.SOON, everywhere::isDone);

        everywhere.join();
        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofMillis(30));
    }

    @Test
    void everywhereWaitsForWhoIsSlowAndNotForWhoIsGone() {
        var cluster = SimulatedCluster.started(23, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        cluster.network().isolate(cluster.followers().getFirst().id().node());
        var committed = leader.submit("b");
        cluster.runtime().runUntil("commit", SimulatedCluster.SOON, committed::isDone);

        var everywhere = leader.group().everywhere(committed.join().index(), SimulatedCluster.SOON);
        var late = leader.group().everywhere(committed.join().index() + 1000, Duration.ofSeconds(1));
        cluster.runtime().run(Duration.ofMillis(200));

        assertThat(everywhere).isNotDone();
        cluster.runtime().runUntil("everywhere", SimulatedCluster.SOON, everywhere::isDone);
        everywhere.join();
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, late::isDone);
        assertThatThrownBy(late::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
        var stopped = leader.group();
        leader.kill();
        var after = stopped.everywhere(1, SimulatedCluster.SOON);
        assertThatThrownBy(after::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
    }

    @Test
    void groupOfOneCommitsAndRecovers() {
        var cluster = SimulatedCluster.started(3, 1);
        cluster.commitMany(100, "a");
        cluster.member("n1").crash();
        cluster.member("n1").start();

        assertThat(cluster.awaitEqual()).hasSize(101);
    }

    @Test
    void powerLossOfAllLosesNothingAcknowledged() {
        var cluster = SimulatedCluster.started(4, 3);
        cluster.commitMany(100, "a");
        cluster.members().forEach(SimulatedCluster.Member::crash);
        cluster.members().forEach(SimulatedCluster.Member::start);

        assertThat(cluster.awaitEqual()).hasSize(101);
    }

    @Test
    void leaderCutOffCannotAcknowledgeAndSaysThatTheOutcomeIsUnknown() {
        var cluster = SimulatedCluster.started(5, 3);
        var old = cluster.awaitLeader();
        cluster.network().isolate(old.id().node());

        var lost = old.submit("lost");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, lost::isDone);

        assertThatThrownBy(lost::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
        var late = old.submit("late");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, late::isDone);
        assertThatThrownBy(late::join).hasCauseInstanceOf(SubmitException.NoQuorum.class);
    }

    @Test
    void entriesThatNobodyElseHasAreReplaced() {
        var cluster = SimulatedCluster.started(6, 3);
        cluster.commitMany(3, "a");
        var old = cluster.awaitLeader();
        cluster.network().isolate(old.id().node());
        for (var i = 0; i < 5; i++) {
            old.submit("conflicting" + i);
        }
        cluster.runtime().runUntil("another leader", SimulatedCluster.SOON, () -> cluster.leader()
                .filter(leader -> leader != old)
                .isPresent());
        cluster.commitMany(3, "b");
        cluster.network().heal();

        assertThat(cluster.awaitEqual()).containsExactly("a0", "a1", "a2", "b0", "b1", "b2", "end");
    }

    @Test
    void followerFarBehindInstallsACheckpoint() {
        var cluster = SimulatedCluster.started(7, 3);
        var behind = cluster.followers().getFirst();
        behind.crash();
        cluster.commitMany(200, "a");
        behind.start();

        assertThat(cluster.awaitEqual()).hasSize(201);
        assertThat(behind.stateMachine().fetches()).isPositive();
        assertThat(behind.stateMachine().installs()).isPositive();
    }

    @Test
    void submissionToAFollowerNamesTheLeader() {
        var cluster = SimulatedCluster.started(8, 3);
        var leader = cluster.awaitLeader();

        var answer = cluster.followers().getFirst().submit("a");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);

        assertThatThrownBy(answer::join)
                .cause()
                .isInstanceOfSatisfying(SubmitException.NotLeader.class, notLeader -> assertThat(notLeader.leader())
                        .contains(leader.id()));
    }

    @Test
    void wipedMemberComesBackUnderItsNextIncarnation() {
        var cluster = SimulatedCluster.started(9, 3);
        cluster.commitMany(100, "a");
        var wiped = cluster.followers().getFirst();
        wiped.crash();
        cluster.forget(wiped);
        await(cluster, cluster.awaitLeader().group().remove(wiped.id()));

        var fresh = cluster.newMember(wiped.id().next());
        await(cluster, cluster.awaitLeader().group().addLearner(fresh.id()));
        fresh.start();
        cluster.runtime().runUntil("the learner to catch up", SimulatedCluster.SOON, () -> cluster.leader().stream()
                .flatMap(leader -> leader.status().followers().stream())
                .anyMatch(follower ->
                        follower.member().equals(fresh.id()) && follower.matchIndex() > 0 && follower.lag() == 0));
        await(cluster, cluster.awaitLeader().group().promote(fresh.id()));

        assertThat(cluster.awaitEqual()).hasSize(101);
        assertThat(cluster.awaitLeader().status().membership().voters())
                .contains(fresh.id())
                .doesNotContain(wiped.id())
                .hasSize(3);
        // The new member counts: without the other follower there is still a majority.
        cluster.followers().stream()
                .filter(member -> member != fresh)
                .findFirst()
                .orElseThrow()
                .crash();
        assertThat(cluster.awaitEqual()).hasSize(102);
    }

    @Test
    void leadershipMovesWithoutAnElectionTimeout() {
        var cluster = SimulatedCluster.started(10, 3);
        var leader = cluster.awaitLeader();
        var target = cluster.followers().getFirst();
        cluster.commitMany(5, "a");
        var start = cluster.runtime().nanoTime();

        await(cluster, leader.group().transferLeadership(target.id()));
        cluster.runtime().runUntil("the target to lead", SimulatedCluster.SOON, target::isLeading);

        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofMillis(300));
        assertThat(cluster.awaitEqual()).hasSize(6);
    }

    @Test
    void bufferedOperationSurvivesTheProcessAtOnceAndTheMachineSoon() {
        var cluster = SimulatedCluster.started(11, 3);
        buffered(cluster, "a");
        cluster.members().forEach(SimulatedCluster.Member::kill);
        cluster.members().forEach(SimulatedCluster.Member::start);
        assertThat(cluster.awaitEqual()).startsWith("a");

        buffered(cluster, "b");
        cluster.runtime().run(RaftTiming.DEFAULT.lazyForceInterval().multipliedBy(2));
        cluster.members().forEach(member -> {
            member.kill();
            member.storage().crashLosingAll();
        });
        cluster.members().forEach(SimulatedCluster.Member::start);
        assertThat(cluster.awaitEqual()).contains("a", "b");
    }

    @Test
    void followerWithAFullDiskRefusesEntriesAndCatchesUpOnceThereIsRoom() {
        var cluster = SimulatedCluster.started(12, 3);
        var full = cluster.followers().getFirst();
        full.storage().capacity(1);
        cluster.commitMany(60, "x".repeat(1900));
        cluster.runtime().run(Duration.ofSeconds(1));
        assertThat(full.status().storageFull()).isTrue();
        assertThat(cluster.events()).noneMatch(event -> event.contains("stopped"));

        full.storage().capacity(Long.MAX_VALUE);

        assertThat(cluster.awaitEqual()).hasSize(61);
        assertThat(full.status().storageFull()).isFalse();
    }

    @Test
    void leaderWithAFullDiskRefusesOperationsAndNothingIsHalfDone() {
        var cluster = SimulatedCluster.started(13, 1);
        var leader = cluster.awaitLeader();
        leader.storage().capacity(1);
        var accepted = 0;
        while (true) {
            var answer = leader.submit("x".repeat(1900));
            cluster.runtime().run(Duration.ofMillis(5));
            if (answer.isCompletedExceptionally()) {
                assertThatThrownBy(answer::join).hasCauseInstanceOf(SubmitException.StorageFull.class);
                break;
            }
            accepted++;
        }
        leader.storage().capacity(Long.MAX_VALUE);

        assertThat(cluster.awaitEqual()).hasSize(accepted + 1);
        assertThat(cluster.events()).noneMatch(event -> event.contains("stopped"));
    }

    @Test
    void listenerLearnsOfLeadershipAndOfItsEnd() {
        var cluster = SimulatedCluster.started(14, 3);
        var old = cluster.awaitLeader();
        var term = old.status().term();
        cluster.network().isolate(old.id().node());
        cluster.runtime().run(Duration.ofSeconds(2));
        cluster.network().heal();
        cluster.awaitEqual();

        assertThat(cluster.events()).containsSubsequence(old.id() + " leads in " + term, old.id() + " led in " + term);
        assertThat(cluster.awaitLeader().status().term()).isGreaterThan(term);
    }

    private static void buffered(SimulatedCluster cluster, String operation) {
        var answer = cluster.awaitLeader()
                .group()
                .submit(ByteBuffer.wrap(operation.getBytes(StandardCharsets.UTF_8)), Durability.BUFFERED);
        await(cluster, answer);
    }

    @Test
    void sameSeedGivesTheSameRun() {
        assertThat(trace(77)).isEqualTo(trace(77)).isNotEqualTo(trace(78));
    }

    private static List<Object> trace(long seed) {
        var cluster = SimulatedCluster.started(seed, 3);
        cluster.commitMany(20, "a");
        cluster.awaitLeader().crash();
        cluster.commitMany(20, "b");
        return List.of(
                cluster.events(),
                cluster.runtime().nanoTime(),
                cluster.awaitLeader().stateMachine().operations());
    }

    private static void await(SimulatedCluster cluster, CompletableFuture<?> answer) {
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);
        answer.join();
    }
}
