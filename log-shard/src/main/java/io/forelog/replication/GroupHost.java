package io.forelog.replication;

import io.forelog.raft.RaftRuntime;
import io.forelog.raft.transport.Network;
import io.forelog.raft.wal.FileWalStorage;
import io.forelog.raft.wal.WalStorage;
import io.forelog.storage.ShardLogs;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

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
