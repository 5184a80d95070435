package io.forelog.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.forecast.Outlook;
import io.forelog.metadata.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A decision round for 100,000 shards on 1,000 nodes. */
@Tag("bench")
class PlanningBenchmark {

    private static final int SHARDS = 100_000;
    private static final int NODES = 1_000;
    private static final int LOGS = 1_000;
    private static final int MINUTES = 60;

    @Test
    void aRoundTakesLessThanTwoSecondsAndAGigabyte() {
        long seed = 42;
        var view = view(seed);
        var nanos = new long[10];
        int plans = 0;
        for (int round = 0; round < nanos.length; round++) {
            long start = System.nanoTime();
            plans = ShardManager.decide(view, Policy.of(Mode.HYBRID, 1000))
                    .proposals()
                    .size();
            nanos[round] = System.nanoTime() - start;
        }
        long first = nanos[0];
        Arrays.sort(nanos);
        long slowest = nanos[nanos.length - 1];
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf(
                "seed %d: %d plans; first round %d ms, median %d ms, slowest %d ms; %d MiB held%n",
                seed, plans, first / 1_000_000, nanos[nanos.length / 2] / 1_000_000, slowest / 1_000_000, used >> 20);

        assertThat(plans).isPositive();
        assertThat(slowest).isLessThan(2_000_000_000L);
        assertThat(used).isLessThan(1L << 30);
        assertThat(view.shards()).hasSize(SHARDS);
    }

    private static ClusterView view(long seed) {
        var random = new SplittableRandom(seed);
        var shards = new ArrayList<ShardView>(SHARDS);
        int perLog = SHARDS / LOGS;
        for (int i = 0; i < SHARDS; i++) {
            shards.add(shard(random, "log-" + i / perLog, i % perLog, perLog));
        }
        var nodes = new ArrayList<NodeView>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new NodeView("n" + i, 40_000, 1L << 42, 0, false));
        }
        return new ClusterView(0, shards, nodes, List.of(), 0, Experience.NONE);
    }

    private static ShardView shard(SplittableRandom random, String log, int number, int perLog) {
        var range = KeyRange.part(number, perLog);
        double load = Math.min(1500, 150 * Math.exp(0.8 * random.nextGaussian()));
        double growth = 1 + 0.3 * random.nextGaussian();
        var recent = new float[MINUTES];
        var expected = new float[MINUTES];
        var deviation = new float[MINUTES];
        var slices = new float[32];
        for (int i = 0; i < MINUTES; i++) {
            recent[i] = (float) (load * (1 + 0.05 * random.nextGaussian()));
            expected[i] = (float) Math.max(0, load * (1 + (growth - 1) * i / MINUTES));
            deviation[i] = (float) (0.05 * load);
        }
        for (int i = 0; i < slices.length; i++) {
            slices[i] = (float) random.nextDouble(load);
        }
        return new ShardView(
                new ShardId(log, number),
                range,
                "n" + random.nextInt(NODES),
                random.nextLong(1L << 34),
                recent,
                new Outlook(expected, deviation, load * 1.5, "trend"),
                new LoadCurve(range, slices, List.of()),
                random.nextInt(1000),
                false);
    }
}
