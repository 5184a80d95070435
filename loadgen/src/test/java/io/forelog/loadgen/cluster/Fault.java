package io.forelog.loadgen.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** One thing that happens to a node, for a while. */
enum Fault {
    /** It ends without a word, and is started again. */
    KILL {
        @Override
        void strike(TestCluster cluster, String node, String peer) {
            cluster.kill(node);
        }

        @Override
        void mend(TestCluster cluster, String node) throws IOException {
            cluster.start(node);
        }
    },
    /** It stands still. */
    PAUSE {
        @Override
        void strike(TestCluster cluster, String node, String peer) throws IOException, InterruptedException {
            cluster.pause(node);
        }

        @Override
        void mend(TestCluster cluster, String node) throws IOException, InterruptedException {
            cluster.resume(node);
        }
    },
    /** It and the others do not hear each other. */
    CUT_OFF {
        @Override
        void strike(TestCluster cluster, String node, String peer) throws IOException, InterruptedException {
            DEAF.strike(cluster, node, peer);
            MUTE.strike(cluster, node, peer);
        }
    },
    /** It does not hear the others, which hear it. */
    DEAF {
        @Override
        void strike(TestCluster cluster, String node, String peer) {
            cluster.names().stream().filter(other -> !other.equals(node)).forEach(other -> cluster.cut(other, node));
        }
    },
    /** The others do not hear it. */
    MUTE {
        @Override
        void strike(TestCluster cluster, String node, String peer) {
            cluster.names().stream().filter(other -> !other.equals(node)).forEach(other -> cluster.cut(node, other));
        }
    },
    /** It and one other do not hear each other; the third hears both. */
    CUT_FROM_ONE {
        @Override
        void strike(TestCluster cluster, String node, String peer) {
            cluster.cut(node, peer);
            cluster.cut(peer, node);
        }
    },
    /** One other does not hear it. */
    MUTE_TO_ONE {
        @Override
        void strike(TestCluster cluster, String node, String peer) {
            cluster.cut(node, peer);
        }
    };

    /** Lets it happen. */
    abstract void strike(TestCluster cluster, String node, String peer) throws IOException, InterruptedException;

    /** Ends it. */
    void mend(TestCluster cluster, String node) throws IOException, InterruptedException {
        cluster.heal();
    }

    static void pass(Duration time) {
        long until = System.nanoTime() + time.toNanos();
        for (long now = System.nanoTime(); now < until; now = System.nanoTime()) {
            LockSupport.parkNanos(until - now);
        }
    }

    static Duration between(Random random, Duration least, Duration most) {
        return Duration.ofNanos(random.nextLong(least.toNanos(), most.toNanos()));
    }

    /** Loses a disk. */
    static void deleteTree(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
