package io.forelog.statistics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.KeyRange;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What counting an access costs its thread. */
@Tag("bench")
class RecorderBenchmark {

    private static final int READS = 5_000_000;

    @Test
    void countingAnAccessTakesLessThanAThirdOfAMicrosecond() {
        var recorder = new AccessRecorder(KeyRange.ALL);
        var random = new SplittableRandom(1);
        var names = new AccessNames("user-4711/cart".getBytes(UTF_8), 9, "reader-1", "application/json");
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long start = System.nanoTime();
            for (int i = 0; i < READS; i++) {
                recorder.read(random.nextLong(), names, 200, 1000, 0);
            }
            best = Math.min(best, (double) (System.nanoTime() - start) / READS);
            assertThat(recorder.drain(round).count(Counter.READS)).isEqualTo(READS);
        }
        System.out.printf("%.0f ns an access%n", best);

        assertThat(best).isLessThan(333);
    }
}
