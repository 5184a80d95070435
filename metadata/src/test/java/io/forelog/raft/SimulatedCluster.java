package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.raft.wal.WalConfig;
import io.forelog.simulation.SimulatedNetwork;
import io.forelog.simulation.SimulatedProcess;
import io.forelog.simulation.SimulatedRuntime;
import io.forelog.simulation.SimulatedStorage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A group whose members all live in this thread, under virtual time, on simulated disks and a simulated network. */
final class SimulatedCluster {

    static final String GROUP = "g";
    static final Duration SOON = Duration.ofSeconds(20);
    static final GroupLimits LIMITS =
            new GroupLimits(2048, 1000, 1 << 20, 4000, 40, 1 << 20, 5, 1 << 20, 8, 4096, 8192, 1024);

    private final SimulatedRuntime runtime;
    private final SimulatedNetwork network;
    private final RecordingStateMachine.Disks disks = new RecordingStateMachine.Disks();
    private final GroupLimits limits;
    private final List<MemberId> initialMembers;
    private final Map<MemberId, Member> members = new TreeMap<>();
    private final List<String> events = new ArrayList<>();
    private Duration copyTime = Duration.ZERO;

    /** A member's disk, and its replica while it runs. */
    final class Member {

        private final MemberId id;
        private final SimulatedStorage storage = new SimulatedStorage();
        private SimulatedProcess process = runtime.process();
        private Optional<ReplicatedGroup> group = Optional.empty();
        private RecordingStateMachine stateMachine;

        private Member(MemberId id) {
            this.id = id;
            this.stateMachine = new RecordingStateMachine(id, disks, process.backgroundExecutor());
        }

        MemberId id() {
            return id;
        }

        SimulatedStorage storage() {
            return storage;
        }

        RecordingStateMachine stateMachine() {
            return stateMachine;
        }

        ReplicatedGroup group() {
            return group.orElseThrow();
        }

        GroupStatus status() {
            return group().status();
        }

        SimulatedProcess process() {
            return process;
        }

        boolean isUp() {
            return group.isPresent();
        }

        boolean isLeading() {
            return isUp() && status().leading();
        }

        void start() {
            var config = new GroupConfig(
                    GROUP, id, initialMembers, RaftTiming.DEFAULT, limits, new WalConfig(32 << 10, 2, 64));
            process = runtime.process();
            stateMachine = new RecordingStateMachine(id, disks, slow(process.backgroundExecutor()));
            try {
                var opened = ReplicatedGroup.open(
                        config, storage, network.attach(id.node(), process), process, stateMachine, new Events(id));
                opened.start();
                group = Optional.of(opened);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Kills the process and the machine: what was not forced is lost or torn. */
        void crash() {
            group().crash();
            group = Optional.empty();
            storage.crash(runtime.random());
        }

        /** Kills the process: what was written is there. */
        void kill() {
            group().crash();
            group = Optional.empty();
        }

        CompletableFuture<Committed> submit(String operation) {
            return group().submit(ByteBuffer.wrap(operation.getBytes(StandardCharsets.UTF_8)), Durability.FORCED);
        }

        List<String> applied() {
            return stateMachine.operations().stream()
                    .map(RecordingStateMachine.Applied::operation)
                    .toList();
        }
    }

    private final class Events implements GroupListener {

        private final MemberId id;

        Events(MemberId id) {
            this.id = id;
        }

        @Override
        public void onLeading(int term) {
            events.add(id + " leads in " + term);
        }

        @Override
        public void onFollowing(int term, Optional<MemberId> leader) {
            events.add(id + " led in " + term);
        }

        @Override
        public void onStalled(FollowerProgress follower) {
            events.add(follower.member() + " is stalled");
        }

        @Override
        public void onStopped(Throwable cause) {
            events.add(id + " stopped: " + cause.getMessage());
        }
    }

    SimulatedCluster(long seed, int size, GroupLimits limits) {
        this.runtime = new SimulatedRuntime(seed);
        this.network = new SimulatedNetwork(runtime);
        this.limits = limits;
        this.initialMembers = new ArrayList<>();
        for (var i = 1; i <= size; i++) {
            initialMembers.add(MemberId.of("n" + i));
        }
        initialMembers.forEach(id -> members.put(id, new Member(id)));
    }

    /** Returns a cluster of {@code size} that has a leader. */
    static SimulatedCluster started(long seed, int size) {
        return started(seed, size, LIMITS);
    }

    static SimulatedCluster started(long seed, int size, GroupLimits limits) {
        var cluster = new SimulatedCluster(seed, size, limits);
        cluster.members().forEach(Member::start);
        cluster.awaitLeader();
        return cluster;
    }

    /** Makes checkpoints and fetches of state machines take this long, from their next start. */
    void slowCopies(Duration duration) {
        copyTime = duration;
    }

    private Executor slow(Executor executor) {
        return copyTime.isZero() ? executor : task -> runtime.at(runtime.nanoTime() + copyTime.toNanos(), task);
    }

    SimulatedRuntime runtime() {
        return runtime;
    }

    SimulatedNetwork network() {
        return network;
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    Member member(String node) {
        return members.get(MemberId.of(node));
    }

    /** Adds a member that does not run yet. */
    Member newMember(MemberId id) {
        var member = new Member(id);
        members.put(id, member);
        return member;
    }

    void forget(Member member) {
        members.remove(member.id());
    }

    List<String> events() {
        return events;
    }

    Member awaitLeader() {
        runtime.runUntil("a leader", SOON, () -> leader().isPresent());
        return leader().orElseThrow();
    }

    /** Returns who leads in the highest term. */
    Optional<Member> leader() {
        return members.values().stream().filter(Member::isLeading).max(Comparator.comparingInt(member -> member.status()
                .term()));
    }

    List<Member> followers() {
        var leading = leader().orElseThrow();
        return members().stream().filter(member -> member != leading).toList();
    }

    /** Submits to the leader and waits for the answer; again elsewhere if it was refused. */
    long commit(String operation) {
        while (true) {
            var answer = awaitLeader().submit(operation);
            runtime.runUntil("commit of " + operation, SOON, answer::isDone);
            if (!answer.isCompletedExceptionally()) {
                return answer.join().index();
            }
            if (answer.exceptionNow() instanceof SubmitException.OutcomeUnknown) {
                throw new AssertionError(operation, answer.exceptionNow());
            }
            runtime.run(Duration.ofMillis(10));
        }
    }

    void commitMany(int count, String prefix) {
        for (var i = 0; i < count; i++) {
            commit(prefix + i);
        }
    }

    /** Waits until all members that run have applied the same, and returns it. */
    List<String> awaitEqual() {
        // Time for paused and restarted members to settle.
        runtime.run(Duration.ofSeconds(5));
        var end = commit("end");
        runtime.runUntil("all have applied " + end, Duration.ofSeconds(60), () -> members.values().stream()
                .filter(Member::isUp)
                .allMatch(member -> member.status().appliedIndex() >= end));
        var expected = awaitLeader().applied();
        for (var member : members.values()) {
            if (member.isUp()) {
                assertThat(member.applied()).as("%s", member.id()).isEqualTo(expected);
            }
        }
        return expected;
    }
}
