package io.forelog.loadgen.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.cache.local.LocalCacheConfig.Policy;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.PrefetchStatistics.Counts;
import io.forelog.prefetch.model.Source;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationTest {

    private static final int READS = 40_000;
    private static final double HARM_MAX = 0.005;
    private static final long SEED = 42;

    private final Random random = new Random(SEED);

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05, 0.1})
    void readsWithoutAnyPatternAreNotHarmed(double capacity) {
        var trace = trace(READS, i -> random.nextInt(5_000) * 7_919L);

        assertThat(hitRatio(trace, capacity, true)).isGreaterThanOrEqualTo(best(trace, capacity) - HARM_MAX);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05, 0.1})
    void aScanIsNotHarmedAndNearlyAllPrefetched(double capacity) {
        var trace = trace(READS, i -> i);

        assertThat(hitRatio(trace, capacity, true)).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void aPatternThatRecursIsPrefetched() {
        var paths = paths(300, 12);
        var trace = trace(READS, i -> paths[random(i / 12, 300)][i % 12]);

        var result = simulate(trace, 0.05, 0, PrefetchConfig.DEFAULT);

        assertThat(result.coverage()).isGreaterThan(0.6);
        assertThat(result.waste()).isLessThan(0.25);
    }

    @Test
    void coverageIsBackSoonAfterThePatternChanges() {
        var paths = paths(150, 12);
        var others = paths(150, 12);
        int half = 60_000;
        var steady = trace(half, i -> others[random(i / 12, 150)][i % 12]);
        var spliced = trace(2 * half, i -> (i < half ? paths : others)[random(i / 12, 150)][i % 12]);

        double level = missesFrom(steady, 40_000);
        double after = missesFrom(spliced, half + 20_000);

        assertThat(1 - after).isGreaterThanOrEqualTo(0.9 * (1 - level));
    }

    @Test
    void lookingAheadMakesUpForFetchesThatTakeLong() {
        var paths = paths(200, 30);
        var trace = trace(READS, i -> paths[random(i / 30, 200)][i % 30]);

        double with = simulate(trace, 0.05, 4, PrefetchConfig.DEFAULT).coverage();
        double without =
                simulate(trace, 0.05, 4, only(Source.STREAM, Source.MARKOV)).coverage();

        assertThat(with).isGreaterThan(0.5).isGreaterThan(without + 0.2);
    }

    /**
     * Reports that are read once a day, each within its half hour, in another order and by another reader each day,
     * amid reads of anything: there is nothing that one read tells of the next.
     */
    @Test
    void whatIsReadAtTheSameHourEachDayIsPrefetchedThoughNoReadFollowsAnother() {
        var trace = days(6);

        double with = simulate(trace, 0.05, 0, PrefetchConfig.DEFAULT).coverage();
        var others = EnumSet.complementOf(EnumSet.of(Source.HOUR_OF_DAY));
        var without = simulate(trace, 0.05, 0, PrefetchConfig.DEFAULT.withSources(others));

        assertThat(with).isGreaterThan(without.coverage() + 0.04);
    }

    private Trace days(int days) {
        int slots = 48 * days;
        int perSlot = 200;
        var times = new long[slots * perSlot];
        var readers = new long[times.length];
        var keys = new long[times.length];
        for (int slot = 0; slot < slots; slot++) {
            var reports = IntStream.range(0, 40).boxed().collect(Collectors.toList());
            Collections.shuffle(reports, random);
            for (int i = 0; i < perSlot; i++) {
                int at = slot * perSlot + i;
                times[at] = slot * 1_800_000L + i * 9_000L;
                readers[at] = random.nextInt(1_000);
                keys[at] = i % 5 == 0
                        ? 1_000_003L * (1 + slot % 48 * 40 + reports.get(i / 5))
                        : 7_919L * -(1 + random.nextInt(4_000));
            }
        }
        return new Trace("generated days, seed " + SEED, times, readers, keys);
    }

    @ParameterizedTest
    @EnumSource(value = Source.class, mode = EnumSource.Mode.EXCLUDE, names = "HOUR_OF_DAY")
    void aSourceThatIsSwitchedOffFetchesNothing(Source source) {
        var paths = paths(100, 10);
        var trace = trace(10_000, i -> paths[random(i / 10, 100)][i % 10]);

        var others = EnumSet.complementOf(EnumSet.of(source));

        assertThat(issued(trace, only(source)).keySet()).isSubsetOf(source);
        assertThat(issued(trace, PrefetchConfig.DEFAULT.withSources(others)).keySet())
                .isNotEmpty()
                .doesNotContain(source);
    }

    private static Map<Source, Counts> issued(Trace trace, PrefetchConfig config) {
        var simulation = new Simulation(trace, new Simulation.Setting(0.05, 4, true, Policy.AUTO, config));
        simulation.run();
        var counts = new EnumMap<Source, Counts>(simulation.statistics().total().sources());
        counts.values().removeIf(each -> each.issued() == 0);
        return counts;
    }

    @Test
    void theSameReadsHaveTheSameResult() {
        var trace = trace(10_000, i -> random.nextInt(500));

        var first = simulate(trace, 0.05, 2, PrefetchConfig.DEFAULT);
        var second = simulate(trace, 0.05, 2, PrefetchConfig.DEFAULT);

        assertThat(second.hitRatio()).isEqualTo(first.hitRatio());
        assertThat(second.waste()).isEqualTo(first.waste());
    }

    private interface Keys {
        long key(int i);
    }

    private static Trace trace(int reads, Keys keys) {
        var read = new long[reads];
        for (int i = 0; i < reads; i++) {
            read[i] = keys.key(i);
        }
        return new Trace("generated, seed " + SEED, new long[reads], new long[reads], read);
    }

    /** Chains of keys that are no neighbours of each other. */
    private long[][] paths(int count, int length) {
        var paths = new long[count][length];
        for (var path : paths) {
            for (int i = 0; i < length; i++) {
                path[i] = random.nextLong() >>> 20 & ~7;
            }
        }
        return paths;
    }

    private static int random(int i, int bound) {
        return new Random(i * 31L + SEED).nextInt(bound);
    }

    private static PrefetchConfig only(Source... sources) {
        return PrefetchConfig.DEFAULT.withSources(Set.of(sources));
    }

    private static SimulationResult simulate(Trace trace, double capacity, int lag, PrefetchConfig config) {
        return new Simulation(trace, new Simulation.Setting(capacity, lag, true, Policy.AUTO, config)).run();
    }

    private static double hitRatio(Trace trace, double capacity, boolean prefetch) {
        var setting = new Simulation.Setting(capacity, 0, prefetch, Policy.AUTO, PrefetchConfig.DEFAULT);
        return new Simulation(trace, setting).run().hitRatio();
    }

    private static double best(Trace trace, double capacity) {
        var lru = new Simulation.Setting(capacity, 0, false, Policy.LRU, PrefetchConfig.DEFAULT);
        var tinyLfu = new Simulation.Setting(capacity, 0, false, Policy.TINYLFU, PrefetchConfig.DEFAULT);
        return Math.max(
                new Simulation(trace, lru).run().hitRatio(),
                new Simulation(trace, tinyLfu).run().hitRatio());
    }

    /** Returns the miss ratio of the reads from one on: the whole trace's misses less those of its beginning. */
    private static double missesFrom(Trace trace, int from) {
        int entries = 90;
        double all = misses(trace, entries);
        double head = misses(trace.head(from), entries);
        return (all - head) / (trace.size() - from);
    }

    private static double misses(Trace trace, int entries) {
        var result = simulate(trace, (double) entries / trace.distinctKeys(), 0, PrefetchConfig.DEFAULT);
        return (1 - result.hitRatio()) * trace.size();
    }
}
