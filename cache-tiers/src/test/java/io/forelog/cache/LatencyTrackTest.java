package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyTrackTest {

    private final LatencyTrack track = new LatencyTrack(System::nanoTime);

    @Test
    void nothingRecordedIsZero() {
        assertThat(track.meanNanos()).isZero();
        assertThat(track.percentiles()).isEqualTo(LatencyTrack.Percentiles.NONE);
    }

    @Test
    void percentilesAreThoseOfWhatWasRecorded() {
        for (int i = 1; i <= 1_000; i++) {
            track.record(i * 1_000L);
        }

        assertThat(track.percentiles().p50()).isCloseTo(500_000, Percentage.withPercentage(2));
        assertThat(track.percentiles().p99()).isCloseTo(990_000, Percentage.withPercentage(2));
    }

    @Test
    void meanFollowsChange() {
        for (int i = 0; i < 10_000; i++) {
            track.record(1_000);
        }
        for (int i = 0; i < 150; i++) {
            track.record(9_000);
        }

        assertThat(track.meanNanos()).isCloseTo(9_000, within(200.0));
    }

    @Test
    void absurdDurationsAreBounded() {
        track.record(-5);
        track.record(Long.MAX_VALUE);

        assertThat(track.percentiles().p99()).isLessThan(70_000_000_000L);
    }
}
