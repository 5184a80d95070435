package io.forelog.cache.global;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.AnsweredBy;
import io.forelog.cache.CacheTierContract;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.VerifiedReaders;
import io.forelog.cache.value.ValueSealer;
import io.forelog.record.GlobalAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Redis Cluster and Sentinel, by Redisson's own configuration. Skipped where Redis is not installed. */
@Tag("long")
class RedisTopologyTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    /** Below 55,535, for a cluster's nodes talk to each other 10,000 higher. */
    private final int port = 20_000 + ThreadLocalRandom.current().nextInt(10_000);

    private final List<Process> servers = new ArrayList<>();

    @TempDir
    Path directory;

    @BeforeEach
    void redisIsInstalled() {
        assumeThat(Path.of("/usr/bin/redis-server")).as("Debian's redis-server").isExecutable();
        assumeThat(Path.of("/usr/bin/redis-cli")).as("Debian's redis-cli").isExecutable();
    }

    @AfterEach
    void stop() {
        servers.forEach(server -> server.destroyForcibly().onExit().join());
    }

    private Process server(int number, String... options) throws IOException {
        var own = Files.createDirectories(directory.resolve("redis-" + number));
        var command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port + number),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--dir",
                own.toString()));
        command.addAll(List.of(options));
        return run(command);
    }

    private Process run(List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        servers.add(process);
        return process;
    }

    private String cli(String... arguments) {
        try {
            var command = new ArrayList<>(List.of("redis-cli"));
            command.addAll(List.of(arguments));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void awaitServer(int number) {
        await().atMost(SOON)
                .until(() -> cli("-p", Integer.toString(port + number), "PING").startsWith("PONG"));
    }

    private static GlobalTier tier(String yaml) {
        return new GlobalTier(new GlobalConfig("test", Duration.ofMinutes(10), new RedisConnection.Redisson(yaml)));
    }

    @Test
    void batchesGoToAllNodesOfCluster() throws Exception {
        for (int i = 0; i < 3; i++) {
            server(i, "--cluster-enabled", "yes");
            awaitServer(i);
        }
        cli(
                "--cluster",
                "create",
                "127.0.0.1:" + port,
                "127.0.0.1:" + (port + 1),
                "127.0.0.1:" + (port + 2),
                "--cluster-yes");
        await().atMost(SOON).until(() -> cli("-p", Integer.toString(port), "CLUSTER", "INFO")
                .contains("cluster_state:ok"));
        try (var tier = CacheTierContract.ready(tier("""
            clusterServersConfig:
              nodeAddresses:
              - "redis://127.0.0.1:%d"
              - "redis://127.0.0.1:%d"
            """.formatted(port, port + 1)))) {
            var values = new HashMap<GlobalAddress, byte[]>();
            for (int i = 0; i < 300; i++) {
                values.put(new GlobalAddress(1, 1, i), new byte[] {(byte) i});
            }

            tier.putAll(values).toCompletableFuture().get();

            var found = tier.getAll(values.keySet()).toCompletableFuture().get();
            assertThat(found.keySet()).isEqualTo(values.keySet());
            found.forEach((address, bytes) -> assertThat(bytes).isEqualTo(values.get(address)));
            assertThat(tier.usage().toCompletableFuture().get().entries()).isEqualTo(300);
        }
    }

    @Test
    void readersOutliveTheMasterThatSentinelReplaces() throws Exception {
        var master = server(0);
        awaitServer(0);
        server(1, "--replicaof", "127.0.0.1 " + port);
        awaitServer(1);
        var settings = Files.writeString(directory.resolve("sentinel.conf"), """
            port %d
            bind 127.0.0.1
            sentinel monitor forelog 127.0.0.1 %d 1
            sentinel down-after-milliseconds forelog 1000
            sentinel failover-timeout forelog 3000
            """.formatted(port + 2, port));
        run(List.of("redis-server", settings.toString(), "--sentinel"));
        awaitServer(2);
        await().atMost(SOON).until(() -> cli("-p", Integer.toString(port + 2), "SENTINEL", "replicas", "forelog")
                .contains("name"));
        var shared = new SharedTier(AnsweredBy.GLOBAL, tier("""
            sentinelServersConfig:
              masterName: forelog
              checkSentinelsList: false
              scanInterval: 500
              sentinelAddresses:
              - "redis://127.0.0.1:%d"
            """.formatted(port + 2)), TierConfig.GLOBAL);
        var seed = ThreadLocalRandom.current().nextLong();
        try (var readers = new VerifiedReaders(List.of(shared), 2, seed, ValueSealer.NONE)) {
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);

            master.destroyForcibly().onExit().join();
            await().atMost(SOON)
                    .until(() -> cli("-p", Integer.toString(port + 1), "ROLE").contains("master"));

            long puts = readers.stats(AnsweredBy.GLOBAL).puts();
            readers.awaitHits(AnsweredBy.GLOBAL, 1_000, SOON);
            assertThat(cli("-p", Integer.toString(port + 1), "DBSIZE").trim()).isNotEqualTo("0");
            assertThat(readers.stats(AnsweredBy.GLOBAL).puts()).isGreaterThanOrEqualTo(puts);
        }
    }
}
