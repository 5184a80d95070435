package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HarmGuardTest {

    private final HarmGuard guard = new HarmGuard();

    /** One read of ten misses in the compared cache; so many of a hundred more miss in the cache that is guarded. */
    private void sample(int samples, int moreMissesOfHundred, boolean lruIsGood, boolean tinyLfuIsGood) {
        for (int i = 0; i < samples; i++) {
            boolean goodMiss = i % 10 == 9;
            boolean miss = goodMiss || i % 100 < moreMissesOfHundred;
            guard.sampled(miss, !lruIsGood || goodMiss, !tinyLfuIsGood || goodMiss);
        }
    }

    @Test
    void switchesOffWhereLruDoesBetter() {
        sample(2_048, 3, true, false);

        assertThat(guard.off()).isTrue();
    }

    @Test
    void switchesOffWhereTinyLfuDoesBetter() {
        sample(2_048, 3, false, true);

        assertThat(guard.off()).isTrue();
    }

    @Test
    void greatHarmIsSeenSoon() {
        sample(512, 40, true, true);

        assertThat(guard.off()).isTrue();
    }

    @Test
    void staysOnWhereNeitherDoesBetter() {
        sample(20_000, 0, true, true);

        assertThat(guard.off()).isFalse();
    }

    @Test
    void triesAgainAfterAPauseThatDoubles() {
        samplesUntil(true);
        int pause = samplesUntil(false);

        samplesUntil(true);
        assertThat(samplesUntil(false)).isEqualTo(2 * pause);
    }

    @Test
    void aCacheOfAnotherSizeIsJudgedAnew() {
        sample(2_048, 3, true, true);

        guard.restart();

        assertThat(guard.off()).isFalse();
    }

    private int samplesUntil(boolean off) {
        int samples = 0;
        while (guard.off() != off) {
            sample(1, 100, true, true);
            samples++;
        }
        return samples;
    }
}
