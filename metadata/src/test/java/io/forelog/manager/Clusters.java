package io.forelog.manager;

import io.forelog.forecast.Outlook;
import io.forelog.metadata.KeyRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Clusters to decide about. */
final class Clusters {

    static final double LIMIT = 1000;
    static final double CAPACITY = 3000;
    static final int MINUTES = 60;

    private Clusters() {}

    /** A load that has been {@code now} for an hour and is expected to change evenly to {@code inAnHour}. */
    static ShardView shard(int number, int count, String node, double now, double inAnHour) {
        return shard(number, count, node, now, inAnHour, LoadCurve.even(KeyRange.part(number, count)));
    }

    static ShardView shard(int number, int count, String node, double now, double inAnHour, LoadCurve curve) {
        var recent = new float[MINUTES];
        Arrays.fill(recent, (float) now);
        var expected = new float[MINUTES];
        var deviation = new float[MINUTES];
        for (int h = 0; h < MINUTES; h++) {
            expected[h] = (float) (now + (inAnHour - now) * (h + 1) / MINUTES);
            deviation[h] = (float) (0.02 * now + 1);
        }
        var outlook = new Outlook(expected, deviation, Math.max(now, inAnHour), "trend");
        return new ShardView(
                new ShardId("log", number),
                KeyRange.part(number, count),
                node,
                1L << 30,
                recent,
                outlook,
                curve,
                600,
                false);
    }

    static ClusterView cluster(List<ShardView> shards, String... nodes) {
        return cluster(shards, List.of(), Experience.NONE, nodes);
    }

    static ClusterView cluster(
            List<ShardView> shards, List<Descriptor> announced, Experience experience, String... nodes) {
        var views = new ArrayList<NodeView>();
        for (var node : nodes) {
            views.add(new NodeView(node, CAPACITY, 1L << 40, 0, false));
        }
        return new ClusterView(1_000_000, shards, views, announced, 0, experience);
    }

    static Policy policy(Mode mode) {
        return Policy.of(mode, LIMIT);
    }
}
