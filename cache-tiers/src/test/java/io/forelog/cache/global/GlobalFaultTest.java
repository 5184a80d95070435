package io.forelog.cache.global;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.CacheTierContract;
import io.forelog.cache.ChildJvm;
import io.forelog.cache.SharedTier;
import io.forelog.cache.Signals;
import io.forelog.cache.TierConfig;
import io.forelog.cache.TierState;
import io.forelog.cache.VerifiedReaders;
import io.forelog.cache.value.AesGcmSealer;
import io.forelog.cache.value.SealingKeys;
import io.forelog.cache.value.ValueSealer;
import io.forelog.ports.LocalPorts;
import io.forelog.record.GlobalAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Redis in real trouble, under readers that check every byte. */
class GlobalFaultTest {

    private static final long MEBIBYTE = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private GlobalTier embedded(long bytesMax) {
        return tier(new RedisConnection.Embedded(directory, bytesMax));
    }

    private static GlobalTier tier(RedisConnection connection) {
        return new GlobalTier(new GlobalConfig("test", Duration.ofMinutes(10), connection));
    }

    private static VerifiedReaders readers(GlobalTier tier, ValueSealer sealer) {
        var shared = new SharedTier(AnsweredBy.GLOBAL, tier, TierConfig.GLOBAL);
        return new VerifiedReaders(
                List.of(shared), 2, ThreadLocalRandom.current().nextLong(), sealer);
    }

    @Test
    void redisKilledFailsNoReadAndIsUsedAgainOnceRestarted() throws Exception {
        var tier = embedded(64 * MEBIBYTE);
        try (var readers = readers(tier, ValueSealer.NONE)) {
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
            long pid = tier.process().pid();

            Signals.send("KILL", pid);
            readers.awaitReads(1_000);

            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
            assertThat(tier.process().pid()).isNotEqualTo(pid);
        }
    }

    @Test
    void redisPausedCostsItsDeadlineOnFewReads() throws Exception {
        var tier = embedded(64 * MEBIBYTE);
        try (var readers = readers(tier, ValueSealer.NONE)) {
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);

            Signals.send("STOP", tier.process().pid());
            await().atMost(SOON)
                    .until(() -> !readers.stats(AnsweredBy.GLOBAL).breaker().equals("CLOSED"));
            long slowBefore = readers.slow();
            readers.awaitReads(5_000);
            long slow = readers.slow() - slowBefore;

            Signals.send("CONT", tier.process().pid());
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, Duration.ofSeconds(40));
            assertThat(slow).as("slow reads of 5,000 while cut off").isLessThan(50);
        }
    }

    @Test
    void redisThatIsFullAndEvictsNothingStillAnswersReads() throws Exception {
        var tier = embedded(64 * MEBIBYTE);
        try (var readers = readers(tier, ValueSealer.NONE)) {
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
            assertThat(RawRedis.send(tier.process(), "CONFIG SET maxmemory-policy noeviction"))
                    .isEqualTo("+OK");
            assertThat(RawRedis.send(tier.process(), "CONFIG SET maxmemory 1mb"))
                    .isEqualTo("+OK");

            RawRedis.send(tier.process(), "EVAL \"for i=1,200 do redis.call('DEL',redis.call('RANDOMKEY')) end\" 0");
            await().atMost(SOON).until(() -> readers.stats(AnsweredBy.GLOBAL).putErrors() > 10);

            assertThat(readers.stats(AnsweredBy.GLOBAL).lastError()).contains("OutOfMemory");
            readers.awaitHits(AnsweredBy.GLOBAL, 100, SOON);
            assertThat(readers.stats(AnsweredBy.GLOBAL).breaker()).isEqualTo("CLOSED");
        }
    }

    @Test
    void valuesAlteredInRedisAreNeverServed() throws Exception {
        var tier = embedded(64 * MEBIBYTE);
        var sealer = new AesGcmSealer("test", SealingKeys.of(1, new byte[32]));
        try (var readers = readers(tier, sealer)) {
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);

            RawRedis.send(
                    tier.process(),
                    "EVAL \"for _,k in ipairs(redis.call('KEYS','*')) do " + "redis.call('SETRANGE',k,20,'x') end\" 0");

            await().atMost(SOON).until(() -> readers.stats(AnsweredBy.GLOBAL).corrupt() > 100);
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
        }
    }

    @Test
    void memoryStaysWithinItsBoundAndTheBoundCanBeChanged() throws Exception {
        var tier = CacheTierContract.ready(embedded(16 * MEBIBYTE));
        try (tier) {
            fill(tier, 5_000, 10_000);
            var full = tier.usage().toCompletableFuture().get();
            assertThat(full.bytes()).isLessThan(18 * MEBIBYTE);
            assertThat(full.evictions()).isPositive();

            tier.resize(8 * MEBIBYTE).toCompletableFuture().get();
            fill(tier, 1_000, 10_000);

            var smaller = tier.usage().toCompletableFuture().get();
            assertThat(smaller.bytesMax()).isEqualTo(8 * MEBIBYTE);
            assertThat(smaller.bytes()).isLessThan(10 * MEBIBYTE);
        }
    }

    private static void fill(GlobalTier tier, int values, int bytes) throws Exception {
        for (int i = 0; i < values; i += 100) {
            var batch = new HashMap<GlobalAddress, byte[]>();
            for (int j = 0; j < 100; j++) {
                batch.put(new GlobalAddress(1, 1, i + j), new byte[bytes]);
            }
            tier.putAll(batch).toCompletableFuture().get();
        }
    }

    @Test
    void nodeStartsWhileRedisIsAwayAndUsesItOnceItComes() throws Exception {
        int port = LocalPorts.free();
        var tier = tier(new RedisConnection.Single("redis://127.0.0.1:" + port, null, null, null));
        try (var readers = readers(tier, ValueSealer.NONE)) {
            readers.awaitReads(1_000);
            await().atMost(SOON).until(() -> tier.lastFailure() != null);
            assertThat(readers.stats(AnsweredBy.GLOBAL).state()).isEqualTo(TierState.STARTING);

            var redis = new ProcessBuilder(
                            "redis-server",
                            "--bind",
                            "127.0.0.1",
                            "--port",
                            Integer.toString(port),
                            "--save",
                            "",
                            "--dir",
                            directory.toString())
                    .redirectErrorStream(true)
                    .start();
            try {
                readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
            } finally {
                redis.destroyForcibly().waitFor();
            }
        }
    }

    @Test
    void configurationOfRedissonsOwnIsPassedThrough() throws Exception {
        try (var redis = new RedisProcess(directory, 16 * MEBIBYTE)) {
            redis.start();
            var yaml = """
                threads: 2
                nettyThreads: 2
                password: "%s"
                singleServerConfig:
                  address: "%s"
                  connectionMinimumIdleSize: 1
                  connectionPoolSize: 4
                """.formatted(redis.password(), redis.address());
            try (var tier = CacheTierContract.ready(tier(new RedisConnection.Redisson(yaml)))) {
                var address = new GlobalAddress(1, 2, 3);
                tier.put(address, new byte[] {5}).toCompletableFuture().get();

                assertThat(tier.get(address).toCompletableFuture().get()).containsExactly(5);
                assertThat(RawRedis.send(redis, "EXISTS forelog:test:1:2:3")).isEqualTo(":1");
            }
        }
    }

    @Test
    void configurationThatIsNoneIsRefusedAtOnceAndNotShown() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tier(new RedisConnection.Redisson("singleServerConfig:\n  adress: secret")))
                .withMessageNotContaining("secret");
    }

    @Test
    void tierThatIsClosedWhileItStartsLeavesNoRedisBehind() throws Exception {
        for (int delay = 0; delay < 100; delay += 20) {
            var tier = embedded(MEBIBYTE);
            tier.start();
            LockSupport.parkNanos(delay * 1_000_000L);

            tier.close();

            assertThat(tier.state()).isEqualTo(TierState.CLOSED);
        }
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process -> process.info().command().orElse("").contains("redis")))
                .isEmpty();
    }

    @Test
    void entriesExpire() throws Exception {
        var brief = new GlobalConfig("test", Duration.ofMillis(200), new RedisConnection.Embedded(directory, MEBIBYTE));
        try (var tier = CacheTierContract.ready(new GlobalTier(brief))) {
            var address = new GlobalAddress(1, 2, 3);
            tier.put(address, new byte[] {5}).toCompletableFuture().get();

            await().atMost(SOON)
                    .until(() -> tier.get(address).toCompletableFuture().get() == null);
        }
    }

    @Test
    void redisDoesNotOutliveNodeThatIsKilled() throws Exception {
        try (var node = ChildJvm.start(RedisOfNode.class, directory.toString())) {
            long pid = Long.parseLong(node.await("redis "));
            assertThat(ProcessHandle.of(pid)).isPresent();

            node.kill();

            await().atMost(SOON).until(() -> ProcessHandle.of(pid).isEmpty());
        }
    }

    @Test
    void closedRedisIsGone() throws Exception {
        var redis = new RedisProcess(directory, MEBIBYTE);
        redis.start();
        long pid = redis.pid();

        redis.close();

        assertThat(ProcessHandle.of(pid)).isEmpty();
    }

    /** A node of which only the Redis matters. */
    static final class RedisOfNode {

        private RedisOfNode() {}

        public static void main(String[] arguments) throws Exception {
            var redis = new RedisProcess(Path.of(arguments[0]), MEBIBYTE);
            redis.start();
            System.out.println("redis " + redis.pid());
            Thread.currentThread().join();
        }
    }
}
