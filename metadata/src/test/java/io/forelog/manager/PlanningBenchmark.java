package io.forelog.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.forecast.Outlook;
import io.forelog.metadata.KeyRange;
import io.forelog.plan.PlanKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A decision round for 100,000 open shards and as many sealed ones on 1,000 nodes, of which some disks fill. */
@Tag("bench")
class PlanningBenchmark {

    private static final int SHARDS = 100_000;
    private static final int SEALED = 100_000;
    private static final int REPLICAS = 3;
    private static final int NODES = 1_000;
    private static final int LOGS = 1_000;
    private static final int MINUTES = 60;

    @Test
    void aRoundTakesLessThanTwoSecondsAndAGigabyte() {
        long seed = 42;
        var view = view(seed);
        var nanos = new long[10];
        List<Proposal> plans = List.of();
        for (int round = 0; round < nanos.length; round++) {
            long start = System.nanoTime();
            plans = ShardManager.decide(view, Policy.of(Mode.HYBRID, 1000)).proposals();
            nanos[round] = System.nanoTime() - start;
        }
        long first = nanos[0];
        Arrays.sort(nanos);
        long slowest = nanos[nanos.length - 1];
        System.gc();
        long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
        System.out.printf(
                "seed %d: %d plans; first round %d ms, median %d ms, slowest %d ms; %d MiB held%n",
                seed,
                plans.size(),
                first / 1_000_000,
                nanos[nanos.length / 2] / 1_000_000,
                slowest / 1_000_000,
                used >> 20);

        assertThat(plans).extracting(Proposal::kind).contains(PlanKind.SPLIT, PlanKind.ARCHIVE);
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
        var sealed = new ArrayList<SealedView>(SEALED);
        for (int i = 0; i < SEALED; i++) {
            sealed.add(sealed(random, "log-" + i / perLog, perLog + i % perLog));
        }
        var nodes = new ArrayList<NodeView>();
        for (int i = 0; i < NODES; i++) {
            nodes.add(new NodeView("n" + i, 40_000, random.nextLong(1L << 41), 1L << 41, 1e8, 0, false));
        }
        return new ClusterView(0, shards, sealed, true, nodes, List.of(), 0, Experience.NONE);
    }

    private static SealedView sealed(SplittableRandom random, String log, int number) {
        var holders =
                random.ints(REPLICAS, 0, NODES).mapToObj(node -> "n" + node).toList();
        return new SealedView(
                new ShardId(log, number),
                holders,
                random.nextLong(1L << 34),
                Math.exp(5 * random.nextGaussian()),
                true,
                random.nextInt(1000),
                false,
                false);
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
