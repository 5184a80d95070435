package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.wal.WalConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes over loopback with logs on disk. */
class RealClusterTest {

    private static final GroupLimits LIMITS = new GroupLimits(
            64 << 10, 1000, 8 << 20, 20_000, 500, 4 << 20, 50, 4 << 20, 64, 256 << 10, 1 << 20, 64 << 10);
    /** As many entries as there may be are kept, but few bytes. */
    private static final GroupLimits FEW_BYTES = new GroupLimits(
            64 << 10, 1000, 8 << 20, 20_000, 500, 1 << 20, 10_000, 1 << 20, 64, 256 << 10, 1 << 20, 64 << 10);
    private static final WalConfig WAL = new WalConfig(1 << 20, 2, 64);

    @TempDir
    private Path directory;

    private RealCluster cluster(Function<MemberId, StateMachine> stateMachines) throws IOException {
        return new RealCluster(directory, SocketSecurity.PLAIN, LIMITS, WAL, stateMachines);
    }

    @Test
    void acknowledgedOperationsSurviveKillsOfTheLeader() throws IOException, InterruptedException {
        var disks = new RecordingStateMachine.Disks();
        try (var cluster = cluster(id -> new RecordingStateMachine(id, disks, Runnable::run))) {
            Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
            var done = new AtomicBoolean();
            var clients = List.of(client(cluster, 1, acknowledged, done), client(cluster, 2, acknowledged, done));
            for (var round = 0; round < 4; round++) {
                var enough = acknowledged.size() + 300;
                await().atMost(Duration.ofSeconds(20)).until(() -> acknowledged.size() > enough);
                var leader = cluster.leader().orElseThrow();
                leader.kill();
                var more = acknowledged.size() + 100;
                await().atMost(Duration.ofSeconds(20)).until(() -> acknowledged.size() > more);
                leader.start();
            }
            done.set(true);
            for (var client : clients) {
                client.join();
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> submit(cluster, "end"));
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(operations(node)).endsWith("end")));
            var expected = operations(cluster.nodes().getFirst());
            assertThat(expected).containsAll(acknowledged);
            assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(operations(node)).isEqualTo(expected));
        }
    }

    @Test
    void whatAFollowerHasAppliedIsNotDeniedByALeaderThatHasNot() throws IOException {
        var disks = new RecordingStateMachine.Disks();
        try (var cluster =
                cluster(id -> new HeldStateMachine(new RecordingStateMachine(id, disks, Runnable::run)))) {
            await().until(() -> submit(cluster, "before"));
            var leader = cluster.leader().orElseThrow();
            // From here on there is a lease.
            leader.group().leasedReadBarrier().join();
            var gate = ((HeldStateMachine) leader.stateMachine()).hold();
            var written = leader.group()
                    .submit(ByteBuffer.wrap("held".getBytes(StandardCharsets.UTF_8)), Durability.FORCED);
            await().pollInterval(Duration.ofMillis(1))
                    .until(() -> cluster.nodes().stream()
                            .filter(node -> node != leader)
                            .anyMatch(node -> operations(node).contains("held")));

            var barrier = leader.group().leasedReadBarrier();

            assertThat(barrier).isNotDone();
            gate.countDown();
            assertThat(barrier).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(written.join().index());
            assertThat(operations(leader)).endsWith("held");
        }
    }

    @Test
    void orderlyRestartOfAllKeepsTheState() throws IOException {
        var disks = new RecordingStateMachine.Disks();
        try (var cluster = cluster(id -> new RecordingStateMachine(id, disks, Runnable::run))) {
            await().until(() -> submit(cluster, "before"));
            for (var node : cluster.nodes()) {
                node.stop();
            }
            for (var node : cluster.nodes()) {
                node.start();
            }

            await().atMost(Duration.ofSeconds(20)).until(() -> submit(cluster, "after"));
            assertThat(operations(cluster.leader().orElseThrow())).containsExactly("before", "after");
        }
    }

    @Test
    void largeEntriesLetTheLogGo() throws IOException {
        var large = "x".repeat(32 << 10);
        var disks = new RecordingStateMachine.Disks();
        Function<MemberId, StateMachine> stateMachines = id -> new RecordingStateMachine(id, disks, Runnable::run);
        try (var cluster = new RealCluster(directory, SocketSecurity.PLAIN, FEW_BYTES, WAL, stateMachines)) {
            await().until(() -> submit(cluster, "before"));
            for (var i = 0; i < 15 * 32; i++) {
                await().pollDelay(Duration.ZERO).atMost(Duration.ofSeconds(20)).until(() -> submit(cluster, large));
            }

            // What was written since a checkpoint, as much before it, what came while it was taken, and the newest.
            await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> assertThat(cluster.nodes())
                    .allSatisfy(node -> assertThat(filesInUse(node)).isLessThanOrEqualTo(6)));
        }
    }

    private long filesInUse(RealCluster.Node node) throws IOException {
        try (var files = Files.walk(directory.resolve(node.id().node()))) {
            return files.filter(file -> file.getFileName().toString().startsWith("wal-"))
                    .count();
        }
    }

    private static Thread client(RealCluster cluster, int number, Queue<String> acknowledged, AtomicBoolean done) {
        return Thread.ofVirtual().start(() -> {
            for (var i = 0; !done.get(); i++) {
                var operation = number + "-" + i;
                if (submit(cluster, operation)) {
                    acknowledged.add(operation);
                } else {
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
            }
        });
    }

    private static boolean submit(RealCluster cluster, String operation) {
        var leader = cluster.leader();
        if (leader.isEmpty()) {
            return false;
        }
        try {
            var bytes = ByteBuffer.wrap(operation.getBytes(StandardCharsets.UTF_8));
            leader.get().group().submit(bytes, Durability.FORCED).join();
            return true;
        } catch (CompletionException e) {
            assertThat(e).hasCauseInstanceOf(SubmitException.class);
            return false;
        } catch (NoSuchElementException e) {
            return false;
        }
    }

    private static List<String> operations(RealCluster.Node node) {
        var machine = node.stateMachine() instanceof HeldStateMachine held
                ? held.inner()
                : (RecordingStateMachine) node.stateMachine();
        return machine.operations().stream()
                .map(RecordingStateMachine.Applied::operation)
                .toList();
    }
}
