package io.forelog.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.KeyRange;
import io.forelog.record.KeyHash;
import io.forelog.statistics.AccessNames;
import io.forelog.statistics.StatisticsStore;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From accesses as they come, through what is counted of them, to the point at which a shard is divided. */
class ZipfianSplitTest {

    private static final int KEYS = 10_000;
    private static final int ACCESSES = 200_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void theHotterChildOfAZipfianShardCarriesAtMostSixTenths(long seed) {
        var random = new Random(seed);
        var sums = new double[KEYS];
        for (int key = 0; key < KEYS; key++) {
            sums[key] = (key == 0 ? 0 : sums[key - 1]) + Math.pow(key + 1, -0.99);
        }
        var store = new StatisticsStore(1);
        var recorder = store.recorder("1/0", KeyRange.ALL);
        var hashes = new long[ACCESSES];
        for (int i = 0; i < ACCESSES; i++) {
            int found = Arrays.binarySearch(sums, random.nextDouble() * sums[KEYS - 1]);
            var key = ("seed-" + seed + "-key-" + (found < 0 ? -found - 1 : found)).getBytes(StandardCharsets.UTF_8);
            hashes[i] = KeyHash.of(key);
            recorder.read(hashes[i], new AccessNames(key, key.length, "", ""), 100, 1_000, 0);
        }
        store.roll(7);

        var point = Observed.curve(KeyRange.ALL, store.minutes("1/0")).best();

        long lower = Arrays.stream(hashes)
                .filter(hash -> Long.compareUnsigned(hash, point.at()) < 0)
                .count();
        assertThat(Math.max(lower, ACCESSES - lower)).as("seed %s", seed).isLessThanOrEqualTo(ACCESSES * 6 / 10);
    }
}
