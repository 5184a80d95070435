package io.forelog.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forelog.manager.LoadCurve.HotKey;
import io.forelog.metadata.KeyRange;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadCurveTest {

    private static final int SLICES = 64;

    @Test
    void evenLoadIsDividedInTheMiddle() {
        assertThat(LoadCurve.even(KeyRange.ALL).best()).isEqualTo(new LoadCurve.Point(Long.MIN_VALUE, 0.5));
    }

    /** Keys as Zipf's law with exponent 0.99 has them, over random hashes. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void afterOneSplitOfZipfianKeysTheHotterPartHasAtMostSixTenths(long seed) {
        var random = new SplittableRandom(seed);
        var slices = new float[SLICES];
        var hot = new ArrayList<HotKey>();
        int keys = 100_000;
        var hashes = new long[keys];
        double total = 0;
        for (int key = 0; key < keys; key++) {
            hashes[key] = random.nextLong();
            double load = Math.pow(key + 1, -0.99);
            total += load;
            if (key < 20) {
                hot.add(new HotKey("k" + key, hashes[key], load));
            } else {
                slices[(int) (hashes[key] >>> 58)] += (float) load;
            }
        }

        var point = new LoadCurve(KeyRange.ALL, slices, hot).best();

        double lower = 0;
        for (int key = 0; key < keys; key++) {
            lower += Long.compareUnsigned(hashes[key], point.at()) < 0 ? Math.pow(key + 1, -0.99) : 0;
        }
        assertThat(Math.max(lower, total - lower) / total).as("seed %s", seed).isLessThanOrEqualTo(0.6);
        assertThat(point.lowerShare()).isCloseTo(lower / total, within(0.02));
    }

    @Test
    void aSplitPointAlwaysLeavesBothPartsSomeHash() {
        for (var range : List.of(new KeyRange(5, 6), new KeyRange(-2, -1), new KeyRange(0, 1), KeyRange.part(3, 7))) {
            for (var slices : List.of(new float[] {1, 0}, new float[] {0, 1}, new float[] {0, 0}, new float[] {1, 1})) {
                long at = new LoadCurve(range, slices, List.of()).best().at();

                assertThat(Long.compareUnsigned(at, range.from()))
                        .as("%s", range)
                        .isPositive();
                assertThat(Long.compareUnsigned(at, range.last()))
                        .as("%s", range)
                        .isNotPositive();
            }
        }
    }

    @Test
    void aKeyThatIsAlmostAllOfTheLoadIsIndivisible() {
        var star = new HotKey("star", 99, 90);

        assertThat(new LoadCurve(KeyRange.ALL, new float[] {10}, List.of(star)).indivisible(0.6))
                .containsExactly(star);
        assertThat(new LoadCurve(KeyRange.ALL, new float[] {100}, List.of(star)).indivisible(0.6))
                .isEmpty();
    }
}
