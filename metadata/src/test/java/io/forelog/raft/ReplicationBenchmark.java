package io.forelog.raft;

import com.sun.management.OperatingSystemMXBean;
import io.forelog.raft.transport.SocketSecurity;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.raft.wal.WalConfig;
import io.forelog.raft.wal.WalEntry;
import io.forelog.raft.wal.WriteAheadLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Entries per second and their latency with three nodes in one process: logs on disk, forced, and TCP over loopback.
 * Arguments: a directory, seconds for each of the cases, and perhaps the number of
 * one of them.
 */
public final class ReplicationBenchmark {

    private static final Duration WARM_UP = Duration.ofSeconds(4);
    private static final WalConfig WAL = new WalConfig(64 << 20, 8, 32);
    private static final GroupLimits LIMITS = new GroupLimits(
            1 << 20,
            10_000,
            256L << 20,
            300_000,
            50_000,
            256L << 20,
            2_000,
            256L << 20,
            512,
            2 << 20,
            64L << 20,
            64 << 10);

    private ReplicationBenchmark() {}

    /** Entries of one size, so many in flight. */
    private record Case(int bytes, int inFlight) {}

    /** Runs all cases, each against a fresh cluster. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        var parent = Path.of(arguments[0]);
        var duration = Duration.ofSeconds(Long.parseLong(arguments[1]));
        var cases = new Case[] {
            new Case(100, 1), new Case(100, 64), new Case(10_000, 64), new Case(100_000, 16), new Case(512 << 10, 8)
        };
        for (var each : arguments.length > 2 ? new Case[] {cases[Integer.parseInt(arguments[2])]} : cases) {
            var directory = Files.createTempDirectory(parent, "bench");
            System.out.println(diskAlone(directory.resolve("alone"), each));
            try (var cluster =
                    new RealCluster(directory, SocketSecurity.PLAIN, LIMITS, WAL, id -> new ForgetfulStateMachine())) {
                run(cluster, each, WARM_UP);
                System.out.println(run(cluster, each, duration));
            }
            delete(directory);
        }
    }

    /** Appends and forces entries of a size to one log, one after the other: what the disk gives at the moment. */
    private static String diskAlone(Path directory, Case each) throws IOException {
        var count = 0;
        var start = System.nanoTime();
        var end = start + TimeUnit.SECONDS.toNanos(2);
        try (var log = WriteAheadLog.open(new FileWalStorage(directory), WAL, Runnable::run)) {
            while (System.nanoTime() < end) {
                log.append(new WalEntry(++count, 1, (byte) 0, ByteBuffer.wrap(new byte[each.bytes()])));
                log.flush();
                log.truncateUntil(count);
            }
        }
        var seconds = (System.nanoTime() - start) / 1e9;
        return "%,7d B,  one log alone: %,9.0f forces/s, %6.1f MB/s"
                .formatted(each.bytes(), count / seconds, count * (double) each.bytes() / seconds / 1e6);
    }

    private static String run(RealCluster cluster, Case each, Duration duration) throws InterruptedException {
        var group = leader(cluster);
        var latencies = new ConcurrentHistogram(TimeUnit.SECONDS.toNanos(10), 3);
        var failures = new LongAdder();
        var permits = new Semaphore(each.inFlight());
        var processor = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        var processorStart = processor.getProcessCpuTime();
        var start = System.nanoTime();
        var payload = new byte[each.bytes()];
        while (System.nanoTime() - start < duration.toNanos()) {
            permits.acquire();
            if (!group.status().leading()) {
                group = leader(cluster);
            }
            var sent = System.nanoTime();
            group.submit(ByteBuffer.wrap(payload), Durability.FORCED).whenComplete((committed, failure) -> {
                if (failure == null) {
                    latencies.recordValue(Math.min(System.nanoTime() - sent, TimeUnit.SECONDS.toNanos(9)));
                } else {
                    failures.increment();
                }
                permits.release();
            });
        }
        permits.acquire(each.inFlight());
        var seconds = (System.nanoTime() - start) / 1e9;
        return ("%,7d B, %2d in flight: %,9.0f entries/s, %6.1f MB/s, p50 %.2f ms, p99 %.2f ms, %.1f us of CPU each,"
                        + " %d failed")
                .formatted(
                        each.bytes(),
                        each.inFlight(),
                        latencies.getTotalCount() / seconds,
                        latencies.getTotalCount() * (double) each.bytes() / seconds / 1e6,
                        latencies.getValueAtPercentile(50) / 1e6,
                        latencies.getValueAtPercentile(99) / 1e6,
                        (processor.getProcessCpuTime() - processorStart) / 1e3 / latencies.getTotalCount(),
                        failures.sum());
    }

    /** Returns who leads; neighbours on the machine may starve a leader out of its office. */
    private static ReplicatedGroup leader(RealCluster cluster) throws InterruptedException {
        while (true) {
            var leader = cluster.leader();
            if (leader.isPresent()) {
                return leader.get().group();
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                // A file that was being allocated is renamed about now.
                Files.deleteIfExists(file);
            }
        }
    }

    private static final class ForgetfulStateMachine implements StateMachine {

        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        @Override
        public ByteBuffer apply(long index, int term, ByteBuffer operation) {
            return NOTHING;
        }

        @Override
        public CompletableFuture<ByteBuffer> checkpoint(long index) {
            return CompletableFuture.completedFuture(NOTHING);
        }

        @Override
        public CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest) {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void install(long index, ByteBuffer manifest) {}
    }
}
