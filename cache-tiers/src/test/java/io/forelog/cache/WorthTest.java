package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forelog.cache.Worth.Verdict;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WorthTest {

    private static final double OWNER = 1_000_000;

    private final Worth worth = new Worth(0);
    private long now;

    private void observe(int times, int hits, long nanos) {
        for (int i = 0; i < times; i++) {
            worth.observe(hits, 1, nanos);
        }
    }

    private Verdict judge() {
        return worth.judge(OWNER, ++now);
    }

    @Test
    void tierIsAskedUntilItIsKnown() {
        observe(Worth.SAMPLES_MIN - 1, 0, 10_000_000);

        assertThat(judge()).isEqualTo(Verdict.ASK);
    }

    @Test
    void tierIsAskedWhileWhatLiesBeyondIsUnknown() {
        observe(1_000, 0, 10_000_000);

        assertThat(worth.judge(0, 1)).isEqualTo(Verdict.ASK);
    }

    @Test
    void tierThatIsSlowerThanTheOwnerIsSkipped() {
        observe(200, 1, 2_000_000);

        assertThat(judge()).isEqualTo(Verdict.SKIP);
        assertThat(worth.bestNanos(OWNER)).isEqualTo(OWNER);
    }

    @Test
    void tierThatHardlyEverHitsIsSkippedHoweverFast() {
        observe(200, 0, 300_000);

        assertThat(judge()).isEqualTo(Verdict.SKIP);
    }

    @Test
    void fastTierThatHitsIsAsked() {
        observe(200, 1, 100_000);

        assertThat(judge()).isEqualTo(Verdict.ASK);
        assertThat(worth.bestNanos(OWNER)).isLessThan(OWNER);
    }

    @Test
    void callsForManyTeachAsMuchAsCallsForOne() {
        int records = 200;
        long slow = (long) (2 * OWNER * Worth.size(records));
        for (int i = 0; i < 200; i++) {
            worth.observe(records, records, slow);
        }
        assertThat(worth.throughNanos(OWNER)).isCloseTo(2 * OWNER, within(1.0));
        assertThat(judge()).isEqualTo(Verdict.SKIP);

        for (int i = 0; i < 200; i++) {
            worth.observe(records, records, slow / 20);
        }
        assertThat(judge()).isEqualTo(Verdict.ASK);
    }

    @Test
    void callThatFailsCostsItsWholeTimeHoweverManyItAskedFor() {
        for (int i = 0; i < 200; i++) {
            worth.observeFailure(2_000_000);
        }

        assertThat(judge()).isEqualTo(Verdict.SKIP);
    }

    @Test
    void skippedTierIsProbedNowAndThenAndComesBack() {
        observe(200, 1, 5_000_000);
        assertThat(judge()).isEqualTo(Verdict.SKIP);

        now += Worth.PROBE_EVERY_NANOS;
        assertThat(judge()).isEqualTo(Verdict.PROBE);
        assertThat(judge()).isEqualTo(Verdict.SKIP);

        observe(200, 1, 100_000);
        assertThat(judge()).isEqualTo(Verdict.ASK);
    }

    @Test
    void tierAboutAsGoodAsTheOwnerDoesNotFlap() {
        var random = new Random(1);
        int changes = 0;
        var last = Verdict.ASK;
        for (int i = 0; i < 20_000; i++) {
            // Hits half the time and takes half as long as the owner: it neither pays nor costs.
            worth.observe(random.nextInt(2), 1, (long) (OWNER / 2));
            var verdict = worth.judge(OWNER, 0);
            changes += verdict == last ? 0 : 1;
            last = verdict;
        }

        assertThat(changes).isLessThan(60);
    }
}
