package io.forelog.manager;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each node carries and is expected to carry: the sums over the shards that it leads. */
final class NodeLoads {

    /** One node's sums; they follow the proposals of the round. */
    static final class Sums {
        final NodeView node;
        final List<ShardView> shards = new ArrayList<>();
        float[] recent = new float[0];
        float[] expected = new float[0];
        float[] variance = new float[0];
        int copies;
        long bytesFree;
        private double peak = -1;

        Sums(NodeView node) {
            this.node = node;
            copies = node.copies();
            bytesFree = node.bytesFree();
        }

        void add(ShardView shard) {
            shards.add(shard);
            peak = -1;
            // A shard born a minute ago has a shorter past; what it took over counts where it came from.
            recent = sum(recent, shard.recent(), true, 1);
            expected = sum(expected, shard.outlook().expected(), false, 1);
            variance = squares(variance, shard.outlook().deviation());
        }

        /** Takes a shard over, or with a share of -1 gives it away. */
        void take(ShardView shard, double share) {
            peak = -1;
            recent = sum(recent, shard.recent(), true, share);
            expected = sum(expected, shard.outlook().expected(), false, share);
        }

        /** Computed once after each change: a round asks every node for it with each move. */
        double expectedPeak() {
            if (peak < 0) {
                peak = 0;
                for (float load : expected) {
                    peak = Math.max(peak, load);
                }
            }
            return peak;
        }

        double load() {
            return recent.length == 0 ? 0 : recent[recent.length - 1];
        }

        /** Returns by how much of its capacity the node is expected to be loaded at most. */
        double expectedUse() {
            return expectedPeak() / node.capacity();
        }

        private static float[] sum(float[] into, float[] values, boolean alignEnds, double weight) {
            var sum = into.length >= values.length ? into : grown(into, values.length, alignEnds);
            int offset = alignEnds ? sum.length - values.length : 0;
            for (int i = 0; i < values.length; i++) {
                sum[offset + i] += (float) (weight * values[i]);
            }
            return sum;
        }

        private static float[] squares(float[] into, float[] deviations) {
            var sum = into.length >= deviations.length ? into : grown(into, deviations.length, false);
            for (int i = 0; i < deviations.length; i++) {
                sum[i] += deviations[i] * deviations[i];
            }
            return sum;
        }

        private static float[] grown(float[] values, int length, boolean alignEnds) {
            var longer = new float[length];
            System.arraycopy(values, 0, longer, alignEnds ? length - values.length : 0, values.length);
            return longer;
        }
    }

    private final Map<String, Sums> byName = new HashMap<>();

    NodeLoads(ClusterView view) {
        for (var node : view.nodes()) {
            byName.put(node.name(), new Sums(node));
        }
        for (var shard : view.shards()) {
            var sums = byName.get(shard.node());
            if (sums != null) {
                sums.add(shard);
            }
        }
    }

    /** Returns the sums of a node; an unknown node, such as one that left, carries nothing. */
    Sums of(String node) {
        return byName.computeIfAbsent(node, name -> new Sums(new NodeView(name, 1, 0, 0, true)));
    }

    /** Returns all nodes, the most used first. */
    List<Sums> mostUsedFirst() {
        return byName.values().stream()
                .sorted(Comparator.comparingDouble((Sums s) -> -Math.max(s.expectedUse(), s.load() / s.node.capacity()))
                        .thenComparing(s -> s.node.name()))
                .toList();
    }

    /** Returns the nodes that may take something, the least used first. */
    List<Sums> takersLeastUsedFirst() {
        return byName.values().stream()
                .filter(s -> !s.node.draining())
                .sorted(Comparator.comparingDouble(Sums::expectedUse).thenComparing(s -> s.node.name()))
                .toList();
    }
}
