package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.cache.value.ValueSealer;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** A read path over tiers in memory and an owner that does as it is told. */
final class PathFixture {

    static final TierConfig QUICK = new TierConfig(
            Duration.ofMillis(100),
            Duration.ofMillis(100),
            0.5,
            8,
            Duration.ofMillis(50),
            Duration.ofMillis(200),
            64,
            1 << 20);

    final TestOwner owner = new TestOwner();
    final MapCache<GlobalAddress, LogRecord> local = new MapCache<>();
    final InMemoryTier regional = new InMemoryTier();
    final InMemoryTier global = new InMemoryTier();
    volatile FillPolicy policy = FillPolicy.CRITICAL;
    final ReadPath path;

    PathFixture() {
        this(ReadPathConfig.of("here"));
    }

    PathFixture(ReadPathConfig config) {
        this(config, MachineTime.INSTANCE);
    }

    PathFixture(ReadPathConfig config, PathTime time) {
        path = new ReadPath(
                config,
                local,
                List.of(
                        new SharedTier(AnsweredBy.REGIONAL, regional, QUICK),
                        new SharedTier(AnsweredBy.GLOBAL, global, QUICK)),
                owner,
                log -> policy,
                ValueSealer.NONE,
                time);
        path.start();
    }

    static GlobalAddress at(long offset) {
        return new GlobalAddress(77, 3, offset);
    }

    /** Reads, and checks that it is the right record. */
    Answer read(GlobalAddress address) {
        var answer = value(path.read(address));
        Records.assertRight(address, answer.record());
        return answer;
    }

    TierStats stats(AnsweredBy by) {
        return path.stats().tiers().stream()
                .filter(tier -> tier.tier() == by)
                .findFirst()
                .orElseThrow();
    }

    static <T> T value(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static void assertPending(CompletionStage<?> stage) {
        assertThat(stage.toCompletableFuture()).isNotDone();
    }
}
