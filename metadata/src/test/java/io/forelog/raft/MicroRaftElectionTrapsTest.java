package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.raft.transport.FrameWriter;
import io.forelog.raft.transport.OutboundMessage;
import io.forelog.raft.wal.WalConfig;
import io.forelog.raft.wal.WriteAheadLog;
import io.forelog.simulation.SimulatedStorage;
import io.microraft.model.message.RaftMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * Habits of MicroRaft 0.7 in elections, and with messages of another term: one test for each that the package page
 * lists.
 */
class MicroRaftElectionTrapsTest {

    /** Trap 13. */
    @Test
    void leaderIsElectedThoughVotesComeLaterThanAnElectionLasts() {
        for (var seed = 1; seed <= 5; seed++) {
            var cluster = SimulatedCluster.started(seed, 3);
            cluster.network()
                    .delay(RaftTiming.DEFAULT.electionTimeout().multipliedBy(3).dividedBy(2));
            var former = cluster.awaitLeader();

            former.kill();

            var next = cluster.awaitLeader();
            assertThat(next.id()).as("seed %d", seed).isNotEqualTo(former.id());
        }
    }

    /** Trap 13: all followers miss their leader at the same moment. */
    @Test
    void followersThatMissTheirLeaderTogetherDoNotSplitTheVotes() {
        for (var seed = 1; seed <= 30; seed++) {
            var cluster = SimulatedCluster.started(seed, 3);
            cluster.commitMany(3, "a");
            cluster.runtime().run(Duration.ofSeconds(1));
            var former = cluster.awaitLeader();
            var term = former.status().term();

            former.kill();

            var next = cluster.awaitLeader();
            assertThat(next.status().term()).as("seed %d", seed).isEqualTo(term + 1);
        }
    }

    /** Nobody waits for the silence of a process that is gone, but its leases must have ended. */
    @Test
    void aLeaderWhoseProcessEndedIsReplacedSoonerThanOneThatIsSilent() {
        for (var seed = 1; seed <= 30; seed++) {
            assertThat(nanosUntilNextLeader(seed, true))
                    .as("seed %d", seed)
                    .isGreaterThan(
                            RaftTiming.DEFAULT.endedTimeout().multipliedBy(4).dividedBy(10).toNanos())
                    .isLessThan(RaftTiming.DEFAULT.heartbeatTimeout().toNanos() * 8 / 10);
            assertThat(nanosUntilNextLeader(seed, false))
                    .as("seed %d", seed)
                    .isGreaterThan(RaftTiming.DEFAULT.heartbeatTimeout().toNanos() * 8 / 10);
        }
    }

    private static long nanosUntilNextLeader(int seed, boolean told) {
        var cluster = SimulatedCluster.started(seed, 3);
        cluster.commitMany(3, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        var former = cluster.awaitLeader();
        var killed = cluster.runtime().nanoTime();
        former.kill();
        if (told) {
            cluster.network().tellEnded(former.id().node());
        }
        cluster.awaitLeader();
        return cluster.runtime().nanoTime() - killed;
    }

    /** What ended is another member, or came back: its leader goes on. */
    @Test
    void aLeaderThatIsHeardAfterItWasSaidToHaveEndedGoesOn() {
        for (var seed = 1; seed <= 10; seed++) {
            var cluster = SimulatedCluster.started(seed, 3);
            cluster.commitMany(3, "a");
            var leader = cluster.awaitLeader();
            var term = leader.status().term();

            cluster.network().tellEnded(leader.id().node());
            cluster.network().tellEnded(cluster.followers().getFirst().id().node());
            cluster.runtime().run(Duration.ofSeconds(3));

            assertThat(cluster.awaitLeader()).isSameAs(leader);
            assertThat(leader.status().term()).as("seed %d", seed).isEqualTo(term);
        }
    }

    /** Trap 10. */
    @Test
    void answerOfAnEarlierTermDoesNotCount() throws IOException {
        var cluster = SimulatedCluster.started(13, 3);
        var first = cluster.awaitLeader();
        var term = first.status().term();
        await(
                cluster,
                first.group().transferLeadership(cluster.followers().getFirst().id()));
        cluster.commitMany(3, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        var leader = cluster.awaitLeader();
        var follower = cluster.followers().getFirst();
        cluster.network().isolate(leader.id().node());
        var answer = leader.submit("x");
        cluster.runtime().run(Duration.ofMillis(20));

        var late = EntryCodec.MODELS
                .createAppendEntriesSuccessResponseBuilder()
                .setGroupId(SimulatedCluster.GROUP)
                .setSender(new Endpoint(follower.id()))
                .setTerm(term)
                .setLastLogIndex(leader.status().lastIndex() + 1)
                .setQuerySequenceNumber(0)
                .setFlowControlSequenceNumber(0)
                .build();
        cluster.network()
                .inject(
                        follower.id().node(),
                        leader.id().node(),
                        SimulatedCluster.GROUP,
                        new CodecMessage(leader.id(), late));
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);

        assertThat(term).isLessThan(leader.status().term());
        assertThatThrownBy(answer::join).hasCauseInstanceOf(SubmitException.OutcomeUnknown.class);
    }

    /** Trap 15. */
    @Test
    void aFollowerThatLostWhatItAcknowledgedIsSentItAgain() {
        var cluster = SimulatedCluster.started(17, 3);
        cluster.commitMany(3, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        var lost = cluster.followers().getFirst();
        lost.storage().ignoreForces(true);
        cluster.commitMany(5, "b");
        cluster.runtime().run(Duration.ofSeconds(1));
        long acknowledged = lost.status().lastIndex();

        lost.kill();
        lost.storage().crashLosingAll();
        lost.storage().ignoreForces(false);
        lost.start();

        assertThat(lost.status().lastIndex()).isLessThan(acknowledged);
        assertThat(cluster.awaitEqual()).hasSize(9);
        assertThat(cluster.events()).noneMatch(event -> event.contains("stalled"));
    }

    /** Trap 11. */
    @Test
    void offerOfALeaderThatIsGoneDoesNotKeepAnOlderCheckpointOut() throws IOException {
        var cluster = SimulatedCluster.started(14, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        var behind = cluster.followers().getFirst();
        cluster.network().isolate(behind.id().node());
        cluster.commitMany(100, "b");
        var view = EntryCodec.MODELS
                .createRaftGroupMembersViewBuilder()
                .setLogIndex(0)
                .setMembers(Endpoint.of(leader.status().membership().members()))
                .setVotingMembers(Endpoint.of(leader.status().membership().voters()))
                .build();
        var offer = EntryCodec.MODELS
                .createInstallSnapshotRequestBuilder()
                .setGroupId(SimulatedCluster.GROUP)
                .setSender(new Endpoint(leader.id()))
                .setTerm(leader.status().term())
                .setSenderLeader(true)
                .setSnapshotTerm(leader.status().term())
                .setSnapshotIndex(leader.status().checkpointIndex() + 1000)
                .setTotalSnapshotChunkCount(1)
                .setSnapshotChunk(null)
                .setSnapshottedMembers(Endpoint.of(List.of(leader.id())))
                .setGroupMembersView(view)
                .setQuerySequenceNumber(0)
                .setFlowControlSequenceNumber(0)
                .build();
        cluster.network()
                .inject(
                        leader.id().node(),
                        behind.id().node(),
                        SimulatedCluster.GROUP,
                        new CodecMessage(behind.id(), offer));
        cluster.runtime().run(Duration.ofMillis(100));
        cluster.network().heal();

        assertThat(cluster.awaitEqual()).hasSize(104);
        assertThat(behind.stateMachine().installs()).isPositive();
    }

    /** Trap 11, when the newer one was fetched by the time that the older one is offered. */
    @Test
    void olderCheckpointOfTheNextLeaderIsFetchedToo() {
        var cluster = SimulatedCluster.started(18, 3);
        var leader = cluster.awaitLeader();
        var behind = cluster.followers().getFirst();
        behind.crash();
        cluster.commitMany(100, "a");
        cluster.runtime().run(Duration.ofSeconds(1));
        leader.group().checkpoint();
        cluster.runtime().run(Duration.ofSeconds(1));
        var next = cluster.followers().stream()
                .filter(member -> member != behind)
                .findFirst()
                .orElseThrow();
        assertThat(leader.status().checkpointIndex())
                .isGreaterThan(next.status().checkpointIndex());
        cluster.slowCopies(Duration.ofSeconds(5));
        behind.start();
        cluster.runtime()
                .runUntil(
                        "a fetch",
                        SimulatedCluster.SOON,
                        () -> behind.stateMachine().fetches() > 0);

        leader.crash();

        cluster.runtime()
                .runUntil(
                        "the older one",
                        SimulatedCluster.SOON,
                        () -> behind.stateMachine().installs() > 0);
        leader.start();
        assertThat(cluster.awaitEqual()).hasSize(101);
        assertThat(cluster.events()).noneMatch(event -> event.contains("stopped"));
    }

    /** Trap 12. */
    @Test
    void followersThatOnceMissedTheirLeaderForAWhileStillNoticeItsDeath() {
        var cluster = SimulatedCluster.started(15, 3);
        cluster.commitMany(3, "a");
        var leader = cluster.awaitLeader();
        for (var follower : cluster.followers()) {
            cluster.network().cut(leader.id().node(), follower.id().node());
            cluster.runtime().run(Duration.ofSeconds(2));
            cluster.network().heal();
            cluster.runtime().run(Duration.ofSeconds(2));
        }
        assertThat(cluster.awaitLeader()).isSameAs(leader);

        leader.crash();

        assertThat(cluster.awaitLeader()).isNotSameAs(leader);
    }

    /** Trap 14: one of the two that are left is ahead by its term, the other by its log. */
    @Test
    void whoseLogIsLongestIsElectedThoughAnotherIsTermsAhead() {
        for (var seed = 1; seed <= 10; seed++) {
            var cluster = SimulatedCluster.started(seed, 3);
            cluster.commitMany(3, "a");
            cluster.runtime().run(Duration.ofSeconds(1));
            var former = cluster.awaitLeader();
            var term = former.status().term();
            cluster.network().isolate(former.id().node());
            former.submit("of nobody else");
            var candidate = candidateAfter(cluster, term);
            cluster.members().stream()
                    .filter(member -> member != candidate && member != former)
                    .forEach(SimulatedCluster.Member::kill);
            cluster.runtime()
                    .runUntil(
                            "terms ahead",
                            SimulatedCluster.SOON,
                            () -> candidate.status().term() > term + 2);
            candidate.kill();
            candidate.start();

            cluster.network().heal();

            cluster.runtime().run(Duration.ofSeconds(10));
            assertThat(cluster.leader()).as("seed %d", seed).contains(former);
        }
    }

    private static SimulatedCluster.Member candidateAfter(SimulatedCluster cluster, int term) {
        Supplier<Optional<SimulatedCluster.Member>> candidate = () -> cluster.members().stream()
                .filter(member -> member.status().term() > term)
                .findFirst();
        cluster.runtime()
                .runUntil(
                        "a candidate",
                        SimulatedCluster.SOON,
                        () -> candidate.get().isPresent());
        return candidate.get().orElseThrow();
    }

    /** A message without entries, which therefore needs no log. */
    private record CodecMessage(MemberId target, RaftMessage message) implements OutboundMessage {

        @Override
        public int bytesEstimate() {
            return 0;
        }

        @Override
        public void encode(FrameWriter bytes) throws IOException {
            try (var log = WriteAheadLog.open(new SimulatedStorage(), new WalConfig(4096, 2, 2), Runnable::run)) {
                new MessageCodec(SimulatedCluster.GROUP, target, log).write(new Endpoint(target), message, bytes);
            }
        }
    }

    private static void await(SimulatedCluster cluster, CompletableFuture<?> answer) {
        cluster.runtime().runUntil("an answer", SimulatedCluster.SOON, answer::isDone);
        answer.join();
    }
}
