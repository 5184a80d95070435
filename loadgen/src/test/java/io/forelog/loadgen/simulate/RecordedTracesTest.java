package io.forelog.loadgen.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.forelog.cache.local.LocalCacheConfig.Policy;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.PrefetchConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What prefetching is worth on recorded reads, with the default settings, and on what is made of them: parts, other key
 * numbers, readers that cannot be told apart, two of them at once. Needs {@code -Dtraces=DIR} with the traces.
 */
@Tag("long")
class RecordedTracesTest {

    private static final Path TRACES = Path.of(System.getProperty("traces", "traces"));
    private static final int READS_MAX = Integer.getInteger("traces.reads", Integer.MAX_VALUE);
    private static final int MADE_READS_MAX = 250_000;
    private static final double HARM_MAX = 0.005;
    private static final double WASTE_MAX = 0.25;
    private static final int BYTES_PER_KEY = 64;
    private static final long SEED = 11;

    private static List<Trace> traces = List.of();

    @BeforeAll
    static void readAll() throws IOException {
        assumeThat(TRACES)
                .as("a folder with the traces; -Dtraces=DIR names another")
                .isDirectory();
        try (var files = Files.list(TRACES)) {
            traces = files.filter(file -> file.toString().endsWith(".tsv.gz"))
                    .sorted()
                    .map(RecordedTracesTest::read)
                    .toList();
        }
    }

    private static Trace read(Path file) {
        try {
            return Trace.read(file).head(READS_MAX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SimulationResult simulate(Trace trace, double capacity, int lag, boolean prefetch, Policy policy) {
        return new Simulation(trace, new Simulation.Setting(capacity, lag, prefetch, policy, PrefetchConfig.DEFAULT))
                .run();
    }

    @Test
    void meanCoverageIsAtLeastHalfWithoutLagAndFallsSlowlyWithIt() {
        assertThat(mean(0)).isGreaterThan(0.5);
        assertThat(mean(4)).isGreaterThan(0.38);
        assertThat(mean(16)).isGreaterThan(0.25);
    }

    private static double mean(int lag) {
        var results = traces.stream()
                .map(trace -> simulate(trace, 0.05, lag, true, Policy.AUTO))
                .toList();
        double coverage = results.stream()
                .mapToDouble(SimulationResult::coverage)
                .average()
                .orElse(0);
        double waste =
                results.stream().mapToDouble(SimulationResult::waste).average().orElse(1);
        System.out.printf("lag %d: coverage %.3f, waste %.3f%n", lag, coverage, waste);
        assertThat(waste).isLessThan(WASTE_MAX);
        return coverage;
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.05, 0.1})
    void noTraceIsHarmedAndNoKeyTakesMoreThanItsBytes(double capacity) {
        for (var trace : traces) {
            assertUnharmed(trace, capacity);
        }
    }

    static Stream<Trace> made() {
        return traces.stream().flatMap(trace -> {
            int half = Math.min(MADE_READS_MAX, trace.size() / 2);
            var last = part(trace, trace.size() - half, trace.size());
            var other = traces.get((traces.indexOf(trace) + 3) % traces.size());
            return Stream.of(part(trace, 0, half), last, renumbered(last), ofOneReader(last), both(last, other));
        });
    }

    /** Nothing of these was there to tune by. */
    @ParameterizedTest
    @MethodSource("made")
    void whatIsMadeOfTracesIsNotHarmed(Trace trace) {
        assertUnharmed(trace, 0.05);
    }

    private static void assertUnharmed(Trace trace, double capacity) {
        var result = simulate(trace, capacity, 0, true, Policy.AUTO);
        double tinyLfu =
                simulate(trace, capacity, 0, false, Policy.TINYLFU).hitRatio();
        System.out.printf(
                "%s at %.2f: hit ratio %.4f, LRU %.4f, W-TinyLFU %.4f, coverage %.3f, waste %.3f, %.1f bytes a key%n",
                trace.name(),
                capacity,
                result.hitRatio(),
                result.lruHitRatio(),
                tinyLfu,
                result.coverage(),
                result.waste(),
                (double) result.modelBytes() / trace.distinctKeys());
        assertThat(result.hitRatio())
                .as(trace.name())
                .isGreaterThanOrEqualTo(Math.max(result.lruHitRatio(), tinyLfu) - HARM_MAX);
        assertThat(result.modelBytes()).as(trace.name()).isLessThanOrEqualTo((long) BYTES_PER_KEY
                * Math.max(2_000, trace.distinctKeys()));
    }

    private static Trace part(Trace trace, int from, int end) {
        return new Trace(
                "%s %d-%d".formatted(trace.name(), from, end),
                Arrays.copyOfRange(trace.times(), from, end),
                Arrays.copyOfRange(trace.clients(), from, end),
                Arrays.copyOfRange(trace.keys(), from, end));
    }

    /** No key is the neighbour of another any more. */
    private static Trace renumbered(Trace trace) {
        var keys = Arrays.stream(trace.keys())
                .map(key -> new Random(key * 31 + SEED).nextLong() >>> 8)
                .toArray();
        return new Trace(trace.name() + " renumbered", trace.times(), trace.clients(), keys);
    }

    private static Trace ofOneReader(Trace trace) {
        return new Trace(trace.name() + " of one reader", trace.times(), new long[trace.size()], trace.keys());
    }

    /** Reads of both by turns, at random. */
    private static Trace both(Trace one, Trace other) {
        int reads = Math.min(one.size(), other.size());
        var times = new long[2 * reads];
        var clients = new long[2 * reads];
        var keys = new long[2 * reads];
        var random = new Random(SEED);
        int ofOne = 0;
        for (int i = 0; i < 2 * reads; i++) {
            boolean first = i - ofOne == reads || ofOne < reads && random.nextBoolean();
            int at = first ? ofOne++ : i - ofOne;
            var trace = first ? one : other;
            times[i] = i;
            clients[i] = trace.clients()[at] * 2 + (first ? 0 : 1);
            keys[i] = trace.keys()[at] + (first ? 0 : 1L << 56);
        }
        return new Trace(one.name() + " and " + other.name(), times, clients, keys);
    }
}
