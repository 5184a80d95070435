package io.forelog.replication;

import io.forelog.raft.RaftRuntime;
import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.raft.wal.WalStorage;
import io.forelog.storage.ShardLogs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What groups stand on: disks, the way to other nodes, threads and time. Those of a node, or simulated ones.
 *
 * @param disks where the groups' write-ahead logs and checkpoints are
 * @param logs where their shards are
 * @param network carries Raft's messages
 * @param peers shards of other nodes
 * @param control one thread, which may wait for a disk; ended with the groups
 * @param background threads that may wait for longer; ended with the groups
 * @param clock tells plans the time
 */
public record GroupHost(
        Disks disks,
        ShardLogs logs,
        Network network,
        PeerShards peers,
        RaftRuntime runtime,
        ExecutorService control,
        ExecutorService background,
        InstantSource clock) {

    private static final Logger LOG = LoggerFactory.getLogger(GroupHost.class);
    private static final String PROBE = "probe";
    private static final int PROBE_BYTES = 4 << 10;

    /** Returns whether the groups' disk takes a file of so many bytes, and gives it back. Waits for it. */
    boolean diskWorks(int bytes) {
        var written = ByteBuffer.allocate(PROBE_BYTES).putLong(runtime.nanoTime()).rewind();
        var read = ByteBuffer.allocate(PROBE_BYTES);
        try {
            var directory = disks.directory(PROBE);
            directory.delete(PROBE);
            try (var file = directory.allocate(PROBE, Math.max(bytes, PROBE_BYTES))) {
                file.write(written.duplicate(), 0);
                file.force();
                file.read(read, 0);
            }
            directory.delete(PROBE);
            return read.rewind().equals(written);
        } catch (IOException e) {
            LOG.warn("the disk of the groups does not work: {}", e.toString());
            return false;
        }
    }

    /** Takes no more tasks; returns whether those there were done within {@code most}. */
    static boolean end(ExecutorService threads, Duration most) {
        threads.shutdown();
        try {
            return threads.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Directories of a disk. */
    @FunctionalInterface
    public interface Disks {

        /**
         * Returns a directory, made if missing.
         *
         * @param name with {@code /} between its parts
         */
        WalStorage directory(String name) throws IOException;
    }

    /** Returns what a node has, with threads of its own. */
    public static GroupHost of(Path directory, ShardLogs logs, Network network, PeerShards peers, RaftRuntime runtime) {
        return new GroupHost(
                name -> new FileWalStorage(directory.resolve(name)),
                logs,
                network,
                peers,
                runtime,
                Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().name("groups").daemon().factory()),
                Executors.newCachedThreadPool(
                        Thread.ofPlatform().name("checkpoint-", 0).daemon().factory()),
                Clock.systemUTC());
    }
}
