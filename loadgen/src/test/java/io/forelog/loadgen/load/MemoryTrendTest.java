package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemoryTrendTest {

    private static final long MIB = 1 << 20;

    /** The heap is a saw: garbage of up to 90 MiB on top of what is kept. */
    private static MemoryTrend trend(long keptAtFirst, long keptPerPoint) {
        return MemoryTrend.of(IntStream.range(0, 400)
                .mapToObj(i -> new MemoryWatch.Point(
                        i, 500 * MIB + i % 7, keptAtFirst + i * keptPerPoint + i % 10 * 10 * MIB))
                .toList());
    }

    @Test
    void garbageThatComesAndGoesIsNoGrowth() {
        var trend = trend(80 * MIB, 0);

        assertThat(trend.heapAfter()).isEqualTo(trend.heapBefore()).isEqualTo(80 * MIB);
        assertThat(trend.residentAfter()).isEqualTo(trend.residentBefore());
    }

    @Test
    void whatIsKeptMoreAndMoreShowsUnderTheGarbage() {
        var trend = trend(80 * MIB, MIB / 4);

        assertThat(trend.heapAfter() - trend.heapBefore()).isEqualTo(200 * MIB / 4);
    }
}
