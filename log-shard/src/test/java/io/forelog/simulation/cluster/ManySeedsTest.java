package io.forelog.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ManySeedsTest {

    private final List<Long> kept = new ArrayList<>();

    @Test
    void everySeedRunsOnceHoweverManyThreadsThereAre() {
        var seeds = new ManySeeds(5, 1_000, seed -> result(seed, null));

        assertThat(seeds.run(3, () -> true, result -> kept.add(result.seed()))).isNull();

        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(5, 1_005).boxed().toList());
    }

    /** The second one is told first. */
    @Test
    void theLowestSeedThatBrokeAPromiseIsReturnedThoughAnotherWasSooner() {
        var later = new CountDownLatch(1);
        var seeds = new ManySeeds(1, 1_000, seed -> {
            if (seed == 1) {
                await(later);
            } else {
                later.countDown();
            }
            return result(seed, "broken");
        });

        var violated = seeds.run(2, () -> true, result -> kept.add(result.seed()));

        assertThat(violated).extracting(RunResult::seed).isEqualTo(1L);
        assertThat(kept).isEmpty();
    }

    @Test
    void noSeedBelowAnotherIsLeftOutWhenNoMoreAreWanted() {
        var seeds = new ManySeeds(1, Integer.MAX_VALUE, seed -> result(seed, null));

        seeds.run(2, () -> kept.size() < 50, result -> kept.add(result.seed()));

        assertThat(kept)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, kept.size()).boxed().toList());
    }

    @Test
    void aFailureToRunASeedIsNotTakenForASeedThatKeptItsPromises() {
        var seeds = new ManySeeds(1, 10, seed -> {
            throw new IllegalStateException("no memory");
        });

        assertThatThrownBy(() -> seeds.run(2, () -> true, result -> kept.add(result.seed())))
                .hasRootCauseMessage("no memory");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static RunResult result(long seed, @Nullable String violation) {
        return new RunResult(seed, 1, 1, 0, 1, seed, violation, List.of());
    }
}
