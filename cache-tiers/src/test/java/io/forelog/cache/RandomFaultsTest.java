package io.forelog.cache;

import static org.awaitility.Awaitility.await;

import io.forelog.cache.global.GlobalConfig;
import io.forelog.cache.global.GlobalTier;
import io.forelog.cache.global.RedisConnection;
import io.forelog.cache.regional.RegionalMember;
import io.forelog.cache.regional.RegionalTier;
import io.forelog.cache.value.AesGcmSealer;
import io.forelog.cache.value.SealingKeys;
import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** All tiers at once, sealed, in one trouble after another: every read answers, and every byte is right. */
class RandomFaultsTest {

    private static final Duration RECOVERY = Duration.ofSeconds(90);

    private final long seed = Long.getLong("seed", ThreadLocalRandom.current().nextLong());
    private final Random random = new Random(seed);
    private final int port = freePort();
    private final int otherPort = freePort();
    private final List<String> members = List.of("127.0.0.1:" + port, "127.0.0.1:" + otherPort);
    private final RegionalTier regional = new RegionalTier(RegionalMember.config(port, members));
    private final GlobalTier global;

    RandomFaultsTest(@TempDir Path directory) {
        var redis = new RedisConnection.Embedded(directory, 8 << 20);
        global = new GlobalTier(new GlobalConfig("test", Duration.ofMinutes(1), redis));
    }

    @Test
    void readsStayRightThroughFaultsOfRedis() throws Exception {
        try (var readers = readers()) {
            await().atMost(RECOVERY).until(() -> regional.members() == 1 && global.state() == TierState.READY);
            for (int i = 0; i < 3; i++) {
                strike(readers, null);
            }
            recovers(readers);
        }
    }

    @Test
    @Tag("long")
    void readsStayRightThroughFaultsOfAllTiers() throws Exception {
        try (var readers = readers();
                var other = new OtherMember(otherPort, members)) {
            await().atMost(RECOVERY).until(() -> regional.members() == 2 && global.state() == TierState.READY);
            for (int i = 0; i < 60; i++) {
                strike(readers, other);
            }
            recovers(readers);
        }
    }

    private VerifiedReaders readers() {
        var tiers = List.of(
                new SharedTier(AnsweredBy.REGIONAL, regional, TierConfig.REGIONAL),
                new SharedTier(AnsweredBy.GLOBAL, global, TierConfig.GLOBAL));
        return new VerifiedReaders(tiers, 3, seed, new AesGcmSealer("test", SealingKeys.of(1, new byte[32])));
    }

    private void recovers(VerifiedReaders readers) {
        readers.awaitHits(AnsweredBy.REGIONAL, 100, RECOVERY);
        // It answers all that the global tier could: only without it can that one show that it is back.
        regional.close();
        readers.awaitHits(AnsweredBy.GLOBAL, 100, RECOVERY);
    }

    private void strike(VerifiedReaders readers, @Nullable OtherMember other) throws Exception {
        long redis = global.process().pid();
        int reads = 500 + random.nextInt(2_000);
        int fault = random.nextInt(other == null ? 2 : 4);
        System.out.println("fault " + fault + " for " + reads + " reads");
        switch (fault) {
            case 0 -> {
                Signals.send("KILL", redis);
                readers.awaitReads(reads);
                await().atMost(RECOVERY).until(() -> global.process().pid() != redis);
            }
            case 1 -> {
                Signals.send("STOP", redis);
                readers.awaitReads(reads);
                Signals.send("CONT", redis);
            }
            case 2 -> {
                other.kill();
                readers.awaitReads(reads);
                other.restart();
            }
            default -> {
                other.pause();
                readers.awaitReads(reads);
                other.resume();
            }
        }
        readers.awaitReads(reads);
    }

    private static int freePort() {
        try {
            return LocalPorts.free();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The region's second member, in a process of its own. */
    private static final class OtherMember implements AutoCloseable {

        private final int port;
        private final List<String> members;
        private ChildJvm process;

        OtherMember(int port, List<String> members) throws Exception {
            this.port = port;
            this.members = members;
            restart();
        }

        void restart() throws Exception {
            close();
            process =
                    ChildJvm.start(RegionalMember.class, Integer.toString(port), members.getFirst(), members.getLast());
            process.await("ready");
        }

        void kill() {
            process.kill();
        }

        void pause() {
            process.pause();
        }

        void resume() {
            process.resume();
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }
}
