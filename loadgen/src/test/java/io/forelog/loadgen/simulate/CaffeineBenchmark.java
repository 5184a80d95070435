package io.forelog.loadgen.simulate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.github.benmanes.caffeine.cache.Caffeine;
import io.forelog.cache.local.LocalCacheConfig.Policy;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.PrefetchConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The node's local cache beside Caffeine on recorded reads, without prefetching, entries of equal size: hit ratios, and
 * coverage against LRU. Needs {@code -Dtraces=DIR} with the traces. It measures no time, so a busy machine is no
 * matter; but Caffeine admits one in 128 at random, so that its figures are not the same in each run.
 */
@Tag("bench")
class CaffeineBenchmark {

    private static final Path TRACES = Path.of(System.getProperty("traces", "traces"));
    private static final double[] CAPACITIES = {0.01, 0.05, 0.1};

    /** Coverage that one trace at one capacity may lose against Caffeine; measured is 0.026 at most. */
    private static final double LOSS_MAX = 0.04;

    @Test
    void meanCoverageIsAboveCaffeinesAndNoTraceLosesMuch() throws IOException {
        assumeThat(TRACES)
                .as("a folder with the traces; -Dtraces=DIR names another")
                .isDirectory();
        List<Path> files;
        try (var found = Files.list(TRACES)) {
            files = found.filter(file -> file.toString().endsWith(".tsv.gz"))
                    .sorted()
                    .toList();
        }
        assumeThat(files).as("traces, NAME.tsv.gz, in " + TRACES).isNotEmpty();
        var gained = new double[CAPACITIES.length];
        for (var file : files) {
            var trace = Trace.read(file);
            for (int i = 0; i < CAPACITIES.length; i++) {
                double gain = gain(trace, CAPACITIES[i]);
                assertThat(gain).as("%s at %.2f", trace.name(), CAPACITIES[i]).isGreaterThan(-LOSS_MAX);
                gained[i] += gain / files.size();
            }
        }
        System.out.println("mean gain of coverage over Caffeine at 1, 5, 10 %: " + Arrays.toString(gained));
        assertThat(Arrays.stream(gained).min().orElse(0)).as("over Caffeine").isPositive();
    }

    /** Returns how much more of LRU's misses the node's cache spares than Caffeine does, in 0..1. */
    private static double gain(Trace trace, double capacity) {
        var ours = new Simulation(
                        trace, new Simulation.Setting(capacity, 0, false, Policy.AUTO, PrefetchConfig.DEFAULT))
                .run();
        double caffeine = caffeineHitRatio(trace, Simulation.entries(trace.distinctKeys(), capacity));
        double lruMissRatio = 1 - ours.lruHitRatio();
        double caffeineCoverage = (caffeine - ours.lruHitRatio()) / lruMissRatio;
        System.out.printf(
                "%s at %.2f: hit ratio %.4f, Caffeine %.4f, LRU %.4f; coverage %+.3f, Caffeine %+.3f%n",
                trace.name(),
                capacity,
                ours.hitRatio(),
                caffeine,
                ours.lruHitRatio(),
                ours.coverage(),
                caffeineCoverage);
        return ours.coverage() - caffeineCoverage;
    }

    /** As Caffeine's own simulator drives it: its maintenance is done by the reading thread. */
    private static double caffeineHitRatio(Trace trace, int entries) {
        var cache = Caffeine.newBuilder()
                .maximumSize(entries)
                .initialCapacity(entries)
                .executor(Runnable::run)
                .<Long, Boolean>build();
        long hits = 0;
        for (long key : trace.keys()) {
            if (cache.getIfPresent(key) == null) {
                cache.put(key, Boolean.TRUE);
            } else {
                hits++;
            }
        }
        return (double) hits / trace.size();
    }
}
