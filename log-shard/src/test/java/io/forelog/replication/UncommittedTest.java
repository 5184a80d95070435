package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.cache.Answer;
import io.forelog.cache.AnsweredBy;
import io.forelog.cache.FillPolicy;
import io.forelog.cache.ReadOrder;
import io.forelog.cache.ReadPath;
import io.forelog.cache.ReadPathConfig;
import io.forelog.cache.SharedTier;
import io.forelog.cache.TierConfig;
import io.forelog.cache.local.AdaptiveLocalCache;
import io.forelog.cache.local.LocalCacheConfig;
import io.forelog.cache.value.ValueCodec;
import io.forelog.cache.value.ValueSealer;
import io.forelog.error.ForelogException;
import io.forelog.metadata.Log;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.server.shard.LocalOwner;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that goes between an append and its commit: what it alone had is in no cache, then or later. */
class UncommittedTest {

    private static final FillPolicy EVERYWHERE = new FillPolicy(true, true, true);

    @TempDir
    private Path directory;

    private final CachedMap regional = new CachedMap();
    private final CachedMap global = new CachedMap();
    private final Map<Long, String> committed = new HashMap<>();
    private final ExecutorService readers = Executors.newFixedThreadPool(2);
    private GroupsFixture cluster;
    private Log log;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        for (var node : GroupsFixture.NODES) {
            cluster.start(node);
        }
        log = cluster.createLog("events", 1);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
        readers.close();
    }

    @Test
    void whatWasNeverCommittedIsInNoCache() throws Exception {
        rounds(2);
    }

    /** {@code -Duncommitted.rounds} makes it shorter or longer. */
    @Test
    @Tag("long")
    void whatWasNeverCommittedIsInNoCacheInManyRounds() throws Exception {
        rounds(Integer.getInteger("uncommitted.rounds", 500));
    }

    private void rounds(int count) throws Exception {
        int next = 0;
        for (int round = 0; round < count; round++) {
            committed.put(cluster.append(log, 0, next).baseOffset(), "value-" + next++);
            var leader = cluster.leaderOf(log, 0);
            var others = GroupsFixture.NODES.stream()
                    .filter(node -> !node.equals(leader))
                    .toList();
            for (var other : others) {
                cluster.stop(other);
            }
            long offset = committed.size();
            var unacknowledged = cluster.appendAt(leader, log, 0, GroupsFixture.batch(1_000_000 + round, -1, -1));
            try (var path = path(leader)) {
                // The one before is read and so copied; what comes after it must be denied, by each way there is.
                assertThat(value(path.read(at(offset - 1)))).isEqualTo(committed.get(offset - 1));
                assertThatThrownBy(() -> value(path.read(at(offset)))).hasCauseInstanceOf(ForelogException.class);
                path.prefetchAll(List.of(at(offset), at(offset + 1)))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
                path.readAll(List.of(at(offset), at(offset + 1)))
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS);
            }
            assertThat(unacknowledged.isDone() && !unacknowledged.isCompletedExceptionally())
                    .isFalse();
            assertNothingElseIsCached();

            cluster.stop(leader);
            for (var other : others) {
                cluster.start(other);
            }
            committed.put(cluster.append(log, 0, next).baseOffset(), "value-" + next++);
            cluster.start(leader);
            cluster.assertSameEverywhere(log, 0, committed.size());

            try (var path = path(leader)) {
                for (long each = offset - 1; each < committed.size(); each++) {
                    assertThat(value(path.read(at(each)))).isEqualTo(committed.get(each));
                }
            }
            assertNothingElseIsCached();
            if ((round + 1) % 25 == 0) {
                System.out.printf("%,d rounds, %,d records in caches%n", round + 1, regional.values.size());
            }
        }
        assertThat(regional.values).isNotEmpty();
        assertThat(global.values).isNotEmpty();
    }

    /** The way of a read at a node that asks the shared tiers first and copies into them whatever it reads. */
    private ReadPath path(String node) {
        var replicas = cluster.node(node).replicas();
        var path = new ReadPath(
                ReadPathConfig.of("here").withOrder(ReadOrder.TIERS_FIRST),
                new AdaptiveLocalCache<GlobalAddress, LogRecord>(
                        LocalCacheConfig.ofBytes(1 << 20), LogRecord::weight, unused -> {}),
                List.of(
                        new SharedTier(AnsweredBy.REGIONAL, regional, TierConfig.REGIONAL),
                        new SharedTier(AnsweredBy.GLOBAL, global, TierConfig.GLOBAL)),
                new LocalOwner(replicas::find, readers),
                incarnation -> EVERYWHERE,
                ValueSealer.NONE);
        path.start();
        return path;
    }

    private void assertNothingElseIsCached() {
        for (var tier : List.of(regional, global)) {
            tier.values.forEach((address, bytes) -> {
                var record = ValueCodec.decode(address, bytes);
                assertThat(record).as("a value under %s", address).isNotNull();
                assertThat(new String(record.value(), StandardCharsets.UTF_8))
                        .isEqualTo(committed.get(address.offset()));
            });
        }
    }

    private GlobalAddress at(long offset) {
        return new GlobalAddress(log.incarnation(), 0, offset);
    }

    private static String value(CompletionStage<Answer> answer) throws Exception {
        var record = answer.toCompletableFuture().get(20, TimeUnit.SECONDS).record();
        return new String(record.value(), StandardCharsets.UTF_8);
    }
}
