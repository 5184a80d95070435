package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.microraft.impl.log.RaftLog;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Habits of MicroRaft 0.7 that the package page lists, one test for each: of its store, its log, its members. */
class MicroRaftTrapsTest {

    /** No checkpoint unless one is asked for. */
    private static final GroupLimits NO_CHECKPOINTS =
            new GroupLimits(2048, 1000, 1 << 20, 4000, 3000, 1 << 30, 1, 1 << 30, 8, 4096, 8192, 1024);

    /** Trap 1. The leader's retry would be acknowledged, though the flush had failed. */
    @Test
    void failedFlushStopsAFollowerAndIsNeverAcknowledged() {
        var cluster = SimulatedCluster.started(1, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        var failing = cluster.followers().getFirst();
        cluster.network().isolate(cluster.followers().getLast().id().node());
        failing.storage().failForces(true);

        var answer = leader.submit("x");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);

        assertThatThrownBy(answer::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
        assertThat(cluster.events()).contains(failing.id() + " stopped: simulated failure of a force");
        assertThatThrownBy(() -> failing.submit("y").join()).hasCauseInstanceOf(SubmitException.Stopped.class);

        failing.kill();
        failing.storage().failForces(false);
        failing.start();
        cluster.network().heal();
        assertThat(cluster.awaitEqual()).startsWith("a0", "a1", "a2").endsWith("end");
    }

    /** Trap 1, on the leader: what it could not force does not count towards a majority. */
    @Test
    void failedFlushStopsALeader() {
        var cluster = SimulatedCluster.started(2, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        leader.storage().failForces(true);

        var answer = leader.submit("x");
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);

        assertThatThrownBy(answer::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
        cluster.runtime().runUntil("another leader", SimulatedCluster.SOON, () -> cluster.leader()
                .filter(other -> other != leader)
                .isPresent());
    }

    /** Trap 2. */
    @Test
    void raftsTimeRunsTenTimesFaster() {
        var nanos = new AtomicLong();
        var time = new ScaledTime(nanos::get, 10);
        var start = time.millis();
        nanos.set(TimeUnit.SECONDS.toNanos(1));

        assertThat(time.millis() - start).isEqualTo(10_000);
        assertThat(time.toWall(250, TimeUnit.MILLISECONDS)).isEqualTo(Duration.ofMillis(25));
        assertThat(time.wallSince(start)).isEqualTo(Duration.ofSeconds(1));
        assertThatThrownBy(() -> new RaftTiming(
                        10,
                        Duration.ofMillis(150),
                        Duration.ofSeconds(1),
                        Duration.ofMillis(100),
                        Duration.ofMillis(100),
                        Duration.ofMillis(50),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(1),
                        Duration.ZERO))
                .hasMessageContaining("not a whole number of seconds");
    }

    /** Trap 2: the wait after a lost message scales too. */
    @Test
    void lostMessageIsSentAgainWithinAFifthOfASecond() {
        var cluster = SimulatedCluster.started(3, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        cluster.network().isolate(leader.id().node());
        var answer = leader.submit("b");
        cluster.runtime().run(Duration.ofMillis(5));
        cluster.network().heal();
        var start = cluster.runtime().nanoTime();

        cluster.runtime().runUntil("commit", SimulatedCluster.SOON, answer::isDone);

        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofMillis(200));
        answer.join();
    }

    /** Trap 3. Also that payloads that left memory are read again from the log. */
    @Test
    void messagesToALaggingFollowerKeepToTheirSize() {
        var cluster = SimulatedCluster.started(4, 3, NO_CHECKPOINTS);
        var behind = cluster.followers().getFirst();
        behind.kill();
        cluster.commitMany(60, "x".repeat(1500));
        behind.start();

        assertThat(cluster.awaitEqual()).hasSize(61);
        assertThat(behind.stateMachine().fetches()).isZero();
        assertThat(cluster.network().largestMessage(SimulatedCluster.GROUP))
                .isBetween(3000L, NO_CHECKPOINTS.messageBytesMax() + 200L);
    }

    /** Trap 3: admission counts bytes. */
    @Test
    void operationsBeyondThePendingBytesAreRefused() {
        var limits = new GroupLimits(2048, 1000, 10_000, 4000, 3000, 1 << 30, 1, 1 << 30, 8, 4096, 8192, 1024);
        var cluster = SimulatedCluster.started(5, 3, limits);
        var leader = cluster.awaitLeader();
        var answers = new ArrayList<CompletableFuture<Committed>>();
        for (var i = 0; i < 8; i++) {
            answers.add(leader.submit("x".repeat(1500)));
        }
        cluster.runtime().run(Duration.ofSeconds(1));

        assertThat(answers.subList(0, 6)).allMatch(answer -> !answer.isCompletedExceptionally());
        assertThatThrownBy(answers.get(6)::join).hasCauseInstanceOf(SubmitException.Overloaded.class);
        assertThat(leader.status().pendingEntries()).isZero();
    }

    /** Trap 4. Installing what was not fetched would stop the member. */
    @Test
    void checkpointIsInstalledAfterItsDataWasFetchedHoweverLongThatTakes() {
        var cluster = SimulatedCluster.started(6, 3);
        var behind = cluster.followers().getFirst();
        behind.crash();
        cluster.commitMany(100, "a");
        var term = cluster.awaitLeader().status().term();
        cluster.slowCopies(Duration.ofSeconds(3));
        behind.start();
        for (var i = 0; i < 20; i++) {
            // The leader goes on, and takes newer checkpoints meanwhile.
            cluster.commitMany(20, i + "-");
            cluster.runtime().run(Duration.ofMillis(200));
        }

        cluster.runtime().run(Duration.ofSeconds(10));
        assertThat(cluster.awaitEqual()).hasSize(501);
        assertThat(behind.stateMachine().installs()).isPositive();
        assertThat(cluster.awaitLeader().status().term()).isEqualTo(term);
        assertThat(cluster.events()).noneMatch(event -> event.contains("stopped"));
    }

    /** Trap 4. */
    @Test
    void slowCheckpointHoldsNoOneUp() {
        var cluster = new SimulatedCluster(7, 3, SimulatedCluster.LIMITS);
        cluster.slowCopies(Duration.ofSeconds(5));
        cluster.members().forEach(SimulatedCluster.Member::start);
        var leader = cluster.awaitLeader();
        var start = cluster.runtime().nanoTime();

        cluster.commitMany(200, "a");

        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
        assertThat(leader.status().checkpointIndex()).isZero();
        cluster.runtime().run(Duration.ofSeconds(6));
        assertThat(leader.status().checkpointIndex()).isPositive();
    }

    /** Trap 4: MicroRaft's own trigger, on its own thread at whatever it has handed over, is out of reach. */
    @Test
    void logIsAsLargeAsWantedAlthoughMicroRaftsOwnSnapshotsAreOff() {
        for (var entries : new int[] {100, 4000, 200_000, 100_000_000}) {
            var pending = RaftSettings.pendingFor(entries);

            assertThat(pending).isPositive();
            assertThat(RaftLog.getLogCapacity(Integer.MAX_VALUE, pending)).isEqualTo(entries);
        }
    }

    /** Trap 4. MicroRaft waits for the chunk that it asked for, and would refuse every other offer. */
    @Test
    void memberWhoseFetchesFailedInstallsWhatItIsOfferedNext() {
        var cluster = SimulatedCluster.started(16, 3);
        var behind = cluster.followers().getFirst();
        behind.crash();
        cluster.commitMany(100, "a");
        behind.start();
        behind.stateMachine().failFetches(3);

        cluster.runtime()
                .runUntil(
                        "failures",
                        SimulatedCluster.SOON,
                        () -> behind.stateMachine().fetches() >= 3);
        var former = cluster.awaitLeader();
        former.crash();
        former.start();

        assertThat(cluster.awaitEqual()).hasSize(101);
        assertThat(behind.stateMachine().installs()).isPositive();
    }

    /** Trap 5. */
    @Test
    void restartedMemberWhoseLogIsASnapshotAndForeignEntriesFindsBack() {
        var cluster = SimulatedCluster.started(8, 3, NO_CHECKPOINTS);
        cluster.commitMany(20, "a");
        cluster.members().forEach(member -> member.group().checkpoint());
        cluster.runtime().run(Duration.ofSeconds(1));
        var old = cluster.awaitLeader();
        assertThat(old.status().checkpointIndex()).isEqualTo(old.status().lastIndex());
        cluster.network().isolate(old.id().node());
        for (var i = 0; i < 5; i++) {
            old.submit("foreign" + i);
        }
        cluster.runtime().run(Duration.ofMillis(100));
        old.kill();
        old.start();
        cluster.commitMany(10, "b");
        cluster.network().heal();

        assertThat(cluster.awaitEqual()).hasSize(31).doesNotContain("foreign0");
        assertThat(old.stateMachine().fetches()).isZero();
    }

    /** Trap 5: the leader knows less to match than the follower's snapshot covers, and does not go back below it. */
    @Test
    void memberThatCheckpointsAndRestartsWhileItsAnswersAreLostFindsBack() {
        var cluster = SimulatedCluster.started(9, 3, NO_CHECKPOINTS);
        cluster.commitMany(5, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        var leader = cluster.awaitLeader();
        var term = leader.status().term();
        var deaf = cluster.followers().getFirst();
        cluster.network().cut(deaf.id().node(), leader.id().node());
        cluster.commitMany(5, "b");
        cluster.runtime().run(Duration.ofSeconds(2));
        deaf.group().checkpoint();
        cluster.runtime().run(Duration.ofSeconds(1));
        assertThat(deaf.status().checkpointIndex()).isGreaterThan(6);
        deaf.kill();
        deaf.start();
        cluster.network().heal();

        assertThat(cluster.awaitEqual()).hasSize(11);
        assertThat(cluster.awaitLeader().status().term()).isEqualTo(term);
    }

    /** Trap 6. MicroRaft itself would look again a heartbeat, 100 ms, later. */
    @Test
    void transferWaitsForWhatIsPendingAndRefusesTheRest() {
        var cluster = SimulatedCluster.started(10, 3);
        cluster.commitMany(3, "warm");
        cluster.runtime().run(Duration.ofSeconds(1));
        var leader = cluster.awaitLeader();
        var target = cluster.followers().getFirst();
        var before = new ArrayList<CompletableFuture<Committed>>();
        for (var i = 0; i < 50; i++) {
            before.add(leader.submit("a" + i));
        }
        var transfer = leader.group().transferLeadership(target.id());
        var during = leader.submit("late");
        var start = cluster.runtime().nanoTime();

        cluster.runtime().runUntil("the target to lead", SimulatedCluster.SOON, target::isLeading);

        assertThat(Duration.ofNanos(cluster.runtime().nanoTime() - start)).isLessThan(Duration.ofMillis(90));
        transfer.join();
        assertThat(before).allMatch(answer -> answer.isDone() && !answer.isCompletedExceptionally());
        assertThatThrownBy(during::join)
                .cause()
                .isInstanceOfSatisfying(SubmitException.NotLeader.class, notLeader -> assertThat(notLeader.leader())
                        .contains(target.id()));
        assertThat(cluster.awaitEqual()).hasSize(54);
    }

    /** Trap 7: acknowledgements that waited while the process was paused prove nothing about now. */
    @Test
    void pausedLeaderGivesNoStaleRead() {
        for (var seed = 11L; seed < 51; seed++) {
            var cluster = SimulatedCluster.started(seed, 3);
            cluster.commitMany(3, "a");
            var old = cluster.awaitLeader();
            var leased = old.group().leasedReadBarrier();
            cluster.runtime().runUntil("a lease", SimulatedCluster.SOON, leased::isDone);
            assertThat(old.group().leasedReadBarrier()).isCompleted();
            // A round is under way when the pause begins.
            old.group().readBarrier();
            cluster.runtime().run(Duration.ofNanos(seed * 10_000));
            old.process().freeze(Duration.ofSeconds(4));
            cluster.runtime().runUntil("another leader", SimulatedCluster.SOON, () -> cluster.members().stream()
                    .anyMatch(member -> member != old && member.isLeading()));
            var other = cluster.members().stream()
                    .filter(member -> member != old && member.isLeading())
                    .findFirst()
                    .orElseThrow();
            var written = other.submit("w");
            cluster.runtime().runUntil("commit", Duration.ofSeconds(2), written::isDone);
            // Requests that are there as it wakes, before its timers and sockets are.
            var reads = new ArrayList<CompletableFuture<Long>>();
            cluster.runtime().at(old.process().frozenUntilNanos(), () -> {
                reads.add(old.group().readBarrier());
                reads.add(old.group().leasedReadBarrier());
            });
            cluster.runtime().run(Duration.ofSeconds(6));

            assertThat(reads).hasSize(2);
            for (var read : reads) {
                if (!read.isCompletedExceptionally()) {
                    assertThat(read.join())
                            .as("seed %d", seed)
                            .isGreaterThanOrEqualTo(written.join().index());
                }
            }
        }
    }

    /** Trap 8. */
    @Test
    void firstMemberCannotBeAddedAgainUnderItsOldName() {
        var cluster = SimulatedCluster.started(12, 3);
        cluster.commitMany(3, "a");
        var removed = cluster.followers().getFirst();
        await(cluster, cluster.awaitLeader().group().remove(removed.id()));

        var again = cluster.awaitLeader().group().addLearner(removed.id());
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, again::isDone);

        assertThatThrownBy(again::join).hasCauseInstanceOf(IllegalArgumentException.class);
        await(cluster, cluster.awaitLeader().group().addLearner(removed.id().next()));
    }

    private static void await(SimulatedCluster cluster, CompletableFuture<?> answer) {
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);
        answer.join();
    }
}
