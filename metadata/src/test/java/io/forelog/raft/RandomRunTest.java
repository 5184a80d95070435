package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RandomRunTest {

    @Test
    void fewSeedsKeepEveryPromise() {
        run(1, 12, 400);
    }

    @Test
    @Tag("long")
    void manySeedsKeepEveryPromise() {
        run(Long.getLong("forelog.seed", 1000), Integer.getInteger("forelog.seeds", 300), 1000);
    }

    private static void run(long firstSeed, int seeds, int steps) {
        var acknowledged = 0L;
        try (var errors = new LoggedErrors()) {
            for (var seed = firstSeed; seed < firstSeed + seeds; seed++) {
                try {
                    acknowledged += new RandomRun(seed).run(steps);
                } catch (RuntimeException | Error e) {
                    throw new AssertionError("seed " + seed + ": " + e.getMessage() + " " + errors.all(), e);
                }
                assertThat(errors.all()).as("seed %d: MicroRaft caught", seed).isEmpty();
            }
        }
        System.out.printf("%d runs from seed %d: %d operations acknowledged%n", seeds, firstSeed, acknowledged);
        assertThat(acknowledged).isGreaterThan(seeds * steps / 2L);
    }
}
