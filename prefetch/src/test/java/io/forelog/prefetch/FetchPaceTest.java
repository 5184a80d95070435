package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.PriorityQueue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FetchPaceTest {

    private static final long SEED = 20;
    private static final int IN_FLIGHT_MAX = 64;

    private final FetchPace pace = new FetchPace(IN_FLIGHT_MAX);

    /** Does as many fetches as are allowed, each after some reads. */
    private void fetch(int reads, double took) {
        for (int i = 0; i < reads; i++) {
            pace.read();
            if (pace.allows()) {
                pace.started();
                pace.completed(took);
            }
        }
    }

    @Test
    void yieldsWhenFetchesTakeMuchLongerThanUsualAndComesBackWhenTheyDoNot() {
        fetch(4_000, 1);
        assertThat(pace.limit()).isEqualTo(IN_FLIGHT_MAX);

        fetch(2_000, 3);
        assertThat(pace.limit()).isLessThan(0.01);

        fetch(60_000, 1);
        assertThat(pace.limit()).isEqualTo(IN_FLIGHT_MAX);
    }

    @Test
    void fetchesThatANearerTierAnswersDoNotMakeTheOthersSlow() {
        for (int i = 0; i < 2_000; i++) {
            fetch(1, i % 2 == 0 ? 1 : 20);
        }

        assertThat(pace.limit()).isGreaterThan(IN_FLIGHT_MAX / 2.0);
    }

    @Test
    void failuresAreASignOfLoadToo() {
        fetch(1_000, 1);
        for (int i = 0; i < 40; i++) {
            pace.started();
            pace.failed();
        }

        assertThat(pace.limit()).isLessThan(0.01);
    }

    /**
     * An owner of four threads, nearly all of whose time demand reads take; guesses without end, none of which ever
     * comes true, so that no demand read is saved. The same reads with and without prefetching.
     */
    @ParameterizedTest
    @ValueSource(doubles = {0.9, 0.96, 0.99})
    void atSaturationPrefetchingAddsAtMostATwentiethToTheSlowestReads(double load) {
        double without = new Owner(false, load).demandP99();
        double with = new Owner(true, load).demandP99();
        System.out.printf("load %.2f: demand p99 %.2f without prefetching, %.2f with%n", load, without, with);

        assertThat(with)
                .as("p99 without prefetching %s, seed %s", without, SEED)
                .isLessThanOrEqualTo(without * 1.05);
    }

    private final class Owner {

        private static final int THREADS = 4;
        private static final int CALM_READS = 50_000;
        private static final int READS = 300_000;
        private static final double CALM_LOAD = 0.3;

        private final Random arrivals = new Random(SEED);
        private final Random services = new Random(SEED + 1);
        private final Random fetchServices = new Random(SEED + 2);
        private final double[] freeAt = new double[THREADS];
        private final PriorityQueue<double[]> fetches = new PriorityQueue<>((a, b) -> Double.compare(a[0], b[0]));
        private final boolean prefetching;
        private final double load;

        private Owner(boolean prefetching, double load) {
            this.prefetching = prefetching;
            this.load = load;
        }

        private double demandP99() {
            var waited = new double[READS];
            double now = 0;
            for (int i = 0; i < CALM_READS + READS; i++) {
                now += exponential(arrivals) / (THREADS * (i < CALM_READS ? CALM_LOAD : load));
                complete(now);
                double took = serve(now, exponential(services));
                if (i >= CALM_READS) {
                    waited[i - CALM_READS] = took;
                }
                prefetch(now);
            }
            Arrays.sort(waited);
            return waited[READS / 100 * 99];
        }

        private void complete(double now) {
            while (!fetches.isEmpty() && fetches.peek()[0] <= now) {
                pace.completed(fetches.remove()[1]);
            }
        }

        private void prefetch(double now) {
            pace.read();
            while (prefetching && pace.allows()) {
                pace.started();
                double took = serve(now, exponential(fetchServices));
                fetches.add(new double[] {now + took, took});
            }
        }

        /** First come, first served. Returns how long it takes from {@code now}. */
        private double serve(double now, double service) {
            int next = 0;
            for (int i = 1; i < THREADS; i++) {
                next = freeAt[i] < freeAt[next] ? i : next;
            }
            freeAt[next] = Math.max(now, freeAt[next]) + service;
            return freeAt[next] - now;
        }

        private static double exponential(Random random) {
            return -Math.log(1 - random.nextDouble());
        }
    }
}
