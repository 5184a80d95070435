package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScrubPaceTest {

    private static final int STEP = 1000;

    private final ScrubPace pace = new ScrubPace();

    @Test
    void readsOnWhileLittleIsAppended() {
        for (int step = 0; step < 20; step++) {
            pace.appended(STEP);

            assertThat(pace.isDue(STEP)).isTrue();
        }
    }

    @Test
    void takesOneStepOfEightWhileMuchIsAppended() {
        int taken = 0;
        for (int step = 0; step < 80; step++) {
            pace.appended(STEP);
            pace.appended(1);
            if (pace.isDue(STEP)) {
                taken++;
            }
        }

        assertThat(taken).isEqualTo(80 / (ScrubPace.PASSED_OVER_MAX + 1));
    }

    @Test
    void readsOnAtOnceWhenTheAppendsEnd() {
        pace.appended(100 * STEP);
        assertThat(pace.isDue(STEP)).isFalse();

        assertThat(pace.isDue(STEP)).isTrue();
    }
}
