package io.forelog.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class HeatTest {

    private static final long NOW = 29_000_009;
    private static final int DAY = 1440;

    private static Period reads(long minute, int minutes, long count) {
        var counters = new long[Counter.values().length];
        counters[Counter.READS.ordinal()] = count;
        counters[Counter.WRITES.ordinal()] = 1_000_000;
        return new Period(minute, minutes, counters, new long[Period.SLICES], new byte[0]);
    }

    @Test
    void whatIsReadSteadilyIsExpectedToBeReadAsMuch() {
        var twoDays = LongStream.range(0, 2 * DAY / 10)
                .mapToObj(ten -> reads(NOW - 9 - 10 * ten, 10, 50))
                .toList();

        assertThat(Heat.readsExpected(twoDays, NOW)).isCloseTo(300, within(20.0));
    }

    @Test
    void aBurstCountsHalfAfterAnHourAndIsNotForgottenWithinADay() {
        assertThat(Heat.readsExpected(List.of(reads(NOW, 1, 1000)), NOW)).isCloseTo(1000 * Math.log(2), within(1e-6));
        assertThat(Heat.readsExpected(List.of(reads(NOW - 60, 1, 1000)), NOW))
                .isCloseTo(500 * Math.log(2), within(1e-6));
        assertThat(Heat.readsExpected(List.of(reads(NOW - DAY, 1, 1000)), NOW))
                .isCloseTo(500 * Math.log(2) / 24, within(1e-6));
        assertThat(Heat.readsExpected(List.of(), NOW)).isZero();
    }

    @Test
    void aPeriodThatHasNotEndedIsOfNow() {
        assertThat(Heat.readsExpected(List.of(reads(NOW - 3, 10, 1000)), NOW))
                .isCloseTo(1000 * Math.log(2), within(1e-6));
    }
}
