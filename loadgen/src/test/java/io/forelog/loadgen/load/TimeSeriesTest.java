package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TimeSeriesTest {

    private static TimeSeries.Point second(int second) {
        return new TimeSeries.Point(second, 1, 100, 10, 4, 5, second, 1);
    }

    @Test
    void aLongRunTakesNoMorePointsThanAllowedAndCoversAllOfIt() {
        var series = new TimeSeries(10);

        for (int second = 1; second <= 1_000; second++) {
            series.add(second(second));
        }

        assertThat(series.points()).hasSizeBetween(5, 10);
        assertThat(series.points().getLast().second()).isGreaterThan(870);
        assertThat(series.points())
                .allSatisfy(point -> assertThat(point.recordsPerSecond()).isEqualTo(100));
    }

    @Test
    void joinedPointsKeepTheHitRatio() {
        assertThat(second(1).joined(second(2)).hitRatio()).isCloseTo(0.4, within(1e-9));
    }

    @Test
    void joinedPointsKeepTheWorstPercentileAndAllErrors() {
        var joined = second(1).joined(second(2));

        assertThat(joined.p99()).isEqualTo(2);
        assertThat(joined.errors()).isEqualTo(2);
        assertThat(joined.seconds()).isEqualTo(2);
    }
}
