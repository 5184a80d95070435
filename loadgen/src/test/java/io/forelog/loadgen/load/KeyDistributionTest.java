package io.forelog.loadgen.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDistributionTest {

    private static final int KEYS = 1_000;
    private static final int DRAWS = 200_000;
    private static final Duration PERIOD = Duration.ofSeconds(100);

    private static int[] counts(String distribution, double elapsedSeconds) {
        var keys = KeyDistribution.parse(distribution, KEYS, PERIOD);
        var random = new Random(7);
        var counts = new int[KEYS];
        for (int i = 0; i < DRAWS; i++) {
            counts[keys.next(random, elapsedSeconds)]++;
        }
        return counts;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.99, 1.0, 1.5})
    void zipfDrawsEachRankAsOftenAsItsLawSays(double skew) {
        double norm = 0;
        for (int rank = 1; rank <= KEYS; rank++) {
            norm += Math.pow(rank, -skew);
        }

        var counts = counts("zipf:" + skew, 0);

        for (int rank : new int[] {1, 2, 3, 10, 50}) {
            double expected = DRAWS * Math.pow(rank, -skew) / norm;
            assertThat((double) counts[rank - 1])
                    .as("rank %d", rank)
                    .isCloseTo(expected, within(5 * Math.sqrt(expected)));
        }
    }

    @Test
    void zipfOfOneKeyDrawsIt() {
        assertThat(KeyDistribution.parse("zipf:0.99", 1, PERIOD).next(new Random(1), 0))
                .isZero();
    }

    @Test
    void uniformDrawsEachKeyAboutEquallyOften() {
        assertThat(Arrays.stream(counts("uniform", 0)))
                .allSatisfy(count -> assertThat(count).isBetween(100, 320));
    }

    @Test
    void theHotSpotTakesNineDrawsInTenAndMovesAfterAPeriod() {
        var before = counts("hotshift", 10);
        var after = counts("hotshift", 110);

        assertThat(Arrays.stream(before, 0, 10).sum()).isBetween((int) (DRAWS * 0.89), (int) (DRAWS * 0.92));
        assertThat(Arrays.stream(after, 0, 10).sum()).isLessThan(DRAWS / 50);
    }

    @Test
    void aKeyIsDrawnNineteenTimesAsOftenAtItsHourAsAtNight() {
        int atNoon = Arrays.stream(counts("diurnal", 50), 480, 520).sum();
        int atMidnight = Arrays.stream(counts("diurnal", 100), 480, 520).sum();

        assertThat((double) atNoon / atMidnight).isBetween(13.0, 27.0);
    }

    @Test
    void aWalkerGoesOnToOneSuccessorMoreOftenThanToAnyOther() {
        var keys = KeyDistribution.parse("markov", KEYS, PERIOD);
        var random = new Random(7);
        var last = new HashMap<String, Integer>();
        var pairs = new HashMap<Integer, HashMap<Integer, Integer>>();
        for (int i = 0; i < DRAWS; i++) {
            int key = keys.next(random, 0);
            var before = last.put(keys.reader(), key);
            if (before != null) {
                pairs.computeIfAbsent(before, unseen -> new HashMap<>()).merge(key, 1, Integer::sum);
            }
        }

        int likeliest = pairs.values().stream()
                .mapToInt(successors -> Collections.max(successors.values()))
                .sum();
        assertThat((double) likeliest / DRAWS)
                .as("of all steps, those to the likeliest successor")
                .isBetween(0.5, 0.7);
        assertThat(last).hasSize(16);
    }

    @ParameterizedTest
    @ValueSource(strings = {"zipfian", "zipf:x", "zipf:-1", "", "Uniform"})
    void anUnknownDistributionIsRefusedByName(String text) {
        assertThatThrownBy(() -> KeyDistribution.parse(text, KEYS, PERIOD))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
