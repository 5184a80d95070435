package io.forelog.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutlookModelTest {

    @Test
    void aRampIsSeenToGoOn() {
        var model = new OutlookModel();
        for (int minute = 0; minute < 120; minute++) {
            model.observe(100 + 2 * minute);
        }

        var outlook = model.outlook(30);

        assertThat((double) outlook.expected()[9]).isCloseTo(338 + 20, within(8.0));
        assertThat(outlook.firstAbove(360)).isBetween(8, 14);
        assertThat(outlook.model()).isEqualTo("trend");
    }

    @Test
    void onTheSecondDayTheMorningIsExpectedWhileItIsStillNight() {
        var model = new OutlookModel();
        for (int minute = 0; minute < 2 * 1440 + 400; minute++) {
            // Nothing until the tenth hour, then twenty times as much at once: no trend can tell.
            model.observe(minute % 1440 < 420 ? 50 : 1000);
        }

        var outlook = model.outlook(60);

        assertThat(outlook.model()).isEqualTo("yesterday");
        assertThat((double) outlook.expected()[50]).isGreaterThan(600);
        assertThat(outlook.dayPeak()).isGreaterThan(950);
    }

    @Test
    void aJumpIsANewLevelAndNoSlope() {
        var random = new SplittableRandom(4);
        var model = new OutlookModel();
        for (int minute = 0; minute < 120; minute++) {
            model.observe(100 + random.nextGaussian());
        }
        model.observe(1000);
        model.observe(1000);

        assertThat(model.outlook(30).dayPeak()).isLessThan(1300);
    }

    @Test
    void noisyLoadHasWideUncertainty() {
        var random = new SplittableRandom(5);
        var calm = new OutlookModel();
        var noisy = new OutlookModel();
        for (int minute = 0; minute < 300; minute++) {
            calm.observe(100 + random.nextGaussian());
            noisy.observe(100 + 20 * random.nextGaussian());
        }

        assertThat(noisy.outlook(5).deviation()[0])
                .isGreaterThan(10 * calm.outlook(5).deviation()[0]);
        assertThat(calm.outlook(5).probabilityAbove(110, 0)).isLessThan(0.01);
        assertThat(noisy.outlook(5).probabilityAbove(110, 0)).isBetween(0.1, 0.5);
    }

    @Test
    void whatIsOlderThanTwoWeeksIsForgotten() {
        var history = new LoadHistory();
        for (int minute = 0; minute < 20 * 1440; minute++) {
            history.add(minute < 1440 ? 1000 : 1);
        }

        assertThat(history.buckets()).hasSize(LoadHistory.BUCKETS_MAX).containsOnly(1);
        assertThat(history.latest(1000)).hasSize(LoadHistory.MINUTES_MAX);
    }
}
