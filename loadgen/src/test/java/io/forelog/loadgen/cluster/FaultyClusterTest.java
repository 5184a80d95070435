package io.forelog.loadgen.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.load.AppendGaps.Gap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three real nodes under load. One fault after another happens to one of them, is mended, and the next follows. */
class FaultyClusterTest {

    /** What a caller may be told of an append while a fault lasts. */
    private static final Set<String> HONEST = Set.of("no-answer", "commit-unknown", "no-leader", "no-quorum");

    /** How long a caller waits for a node that stands still. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    @TempDir
    private Path folder;

    /**
     * How faults come.
     *
     * @param kinds in turn, each time in another order
     * @param quietLeast the least time in which all is well, the most is twice that
     * @param lastsMost the longest time that a fault lasts, the shortest is half a second
     */
    private record Weather(List<Fault> kinds, Duration quietLeast, Duration lastsMost) {}

    @Test
    @Tag("long")
    void nothingAcknowledgedIsLostThroughAnyFault() throws Exception {
        var weather = new Weather(List.of(Fault.values()), Duration.ofSeconds(1), Duration.ofSeconds(3));
        run(weather, Duration.ofSeconds(12), seed());
    }

    @Test
    @Tag("long")
    void nothingAcknowledgedIsLostInTenMinutesOfFaults() throws Exception {
        var weather = new Weather(List.of(Fault.values()), Duration.ofSeconds(5), Duration.ofSeconds(15));
        run(weather, Duration.ofMinutes(10), seed());
    }

    /** A figure, not a claim: on a machine that does something else besides it says little. */
    @Test
    @Tag("long")
    void afterAKillEachShardTakesAppendsAgainSoon() throws Exception {
        var weather = new Weather(List.of(Fault.KILL), Duration.ofSeconds(3), Duration.ofSeconds(2));
        var gaps = run(weather, Duration.ofSeconds(Long.getLong("seconds", 300)), seed());

        assertThat(gaps).isNotEmpty();
        assertThat(gaps.getLast()).isLessThan(Duration.ofSeconds(2));
    }

    private static long seed() {
        return Long.getLong("seed", System.nanoTime());
    }

    /** Returns the longest time without an append to any shard after each kill, ascending. */
    private List<Duration> run(Weather weather, Duration duration, long seed) throws Exception {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        try (var cluster = TestCluster.start(folder, 3, Map.of());
                var load = new ClusterLoad(cluster, 0.1, PATIENCE, seed)) {
            var kills = disturb(cluster, weather, duration, random);
            var result = load.end();

            System.out.println(result.kinds());
            System.out.println(result.errors() + ", " + result.retries() + " retries, " + result.verify());
            var gaps = kills.stream()
                    .flatMap(kill -> load.gaps().longestBetween(kill.fromNanos(), kill.endNanos()).stream())
                    .map(Gap::length)
                    .sorted()
                    .toList();
            System.out.println("longest gap after each kill: " + gaps);
            assertThat(result.verify().isFaultless())
                    .as(result.verify().toString())
                    .isTrue();
            assertThat(result.wrongReads()).isZero();
            assertThat(HONEST).containsAll(result.errors().keySet());
            assertThat(cluster.endAndAssertSameEverywhere()).isGreaterThanOrEqualTo(ClusterLoad.SHARDS);
            return gaps;
        }
    }

    /** From a kill until shortly after the node is back. */
    private record Kill(long fromNanos, long endNanos) {}

    /** Every node runs, and hears the others, when it returns. */
    private static List<Kill> disturb(TestCluster cluster, Weather weather, Duration duration, Random random)
            throws Exception {
        long end = System.nanoTime() + duration.toNanos();
        var kills = new ArrayList<Kill>();
        var deck = new ArrayList<Fault>();
        while (System.nanoTime() < end) {
            Fault.pass(Fault.between(
                    random, weather.quietLeast(), weather.quietLeast().multipliedBy(2)));
            if (deck.isEmpty()) {
                deck.addAll(weather.kinds());
            }
            var fault = deck.remove(random.nextInt(deck.size()));
            var node = cluster.names().get(random.nextInt(cluster.names().size()));
            var others =
                    cluster.names().stream().filter(name -> !name.equals(node)).toList();
            var peer = others.get(random.nextInt(others.size()));
            long began = System.nanoTime();
            fault.strike(cluster, node, peer);
            Fault.pass(Fault.between(random, Duration.ofMillis(500), weather.lastsMost()));
            fault.mend(cluster, node);
            long lasted = System.nanoTime() - began;
            System.out.printf("%s %s (%s) %.1f s%n", fault, node, peer, lasted / 1e9);
            if (fault == Fault.KILL) {
                kills.add(new Kill(began, began + lasted));
            }
        }
        return kills;
    }
}
