package io.forelog.loadgen.rehearse;

import io.forelog.loadgen.rehearse.LoadGenerator.Shape;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Experience;
import io.forelog.manager.Mode;
import io.forelog.manager.Policy;
import io.forelog.manager.ShardId;
import io.forelog.manager.ShardManager;
import io.forelog.metadata.KeyRange;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Runs a policy against a recorded load, a decision round each minute. */
public final class Rehearsal {

    /** Room that a cluster has over the recorded peak, were its load spread evenly. */
    private static final double ROOM = 1.5;
    /** So many full shards fill a node. */
    private static final double FULL_SHARDS_PER_NODE = 3;

    private static final int MINUTE_SECONDS = 60;
    private static final String PRAVEGA = "pravega";

    private final RehearsalSettings settings;
    private final RecordedLoad recorded;
    private final String policy;
    private final VirtualCluster cluster;
    private final GainLedger ledger;
    private final BackgroundFits fits = new BackgroundFits();
    private List<Descriptor> announced = List.of();
    private Experience experience = Experience.NONE;
    private long shardSeconds;
    private long nodeSeconds;
    private double slowestMillis;
    private int shardsMax;

    private Rehearsal(String policy, RehearsalSettings settings, RecordedLoad recorded) {
        this.policy = policy;
        this.settings = settings;
        this.recorded = recorded;
        cluster = new VirtualCluster(settings, recorded);
        ledger = new GainLedger(recorded, settings.policy().shardLimit());
    }

    /**
     * Prepares a rehearsal.
     *
     * @param policy a {@link Mode}'s label, or {@code pravega}
     * @param nodes at least 1
     * @param nodeCapacity requests a second; 0 for half as much again as the recorded peak needs
     * @param shardLimit requests a second; 0 for a third of a node's capacity
     * @throws IOException if the file cannot be read or is not recorded load
     * @throws IllegalArgumentException if there is no such policy, or another value is out of its bounds
     */
    public static Rehearsal of(
            Path load,
            String policy,
            int nodes,
            double nodeCapacity,
            double shardLimit,
            long recordBytes,
            long storedBytes)
            throws IOException {
        if (nodes < 1) {
            throw new IllegalArgumentException("a rehearsal needs at least one node, not " + nodes);
        }
        if (!(nodeCapacity >= 0 && shardLimit >= 0 && recordBytes >= 0 && storedBytes >= 0)) {
            throw new IllegalArgumentException("capacities, limits and bytes are not negative");
        }
        boolean pravega = policy.equals(PRAVEGA);
        var mode = pravega ? Mode.REACTIVE : Mode.of(policy);
        var recorded = RecordedLoadFile.read(load);
        double capacity = nodeCapacity > 0 ? nodeCapacity : Math.max(1e-6, ROOM * peak(recorded) / nodes);
        double limit = shardLimit > 0 ? shardLimit : capacity / FULL_SHARDS_PER_NODE;
        var rules = Policy.of(mode, limit).keepingShards(nodes);
        return new Rehearsal(
                policy, new RehearsalSettings(nodes, capacity, rules, recordBytes, storedBytes, pravega), recorded);
    }

    /** Writes load of a shape, {@code daily}, {@code ramp}, {@code flash} or {@code wandering}, to a file. */
    public static void generate(String shape, Path file, int minutes, long seed) throws IOException {
        new LoadGenerator(Shape.valueOf(shape.toUpperCase(Locale.ROOT)), seed).write(file, minutes);
    }

    private static double peak(RecordedLoad recorded) {
        var totals = new double[recorded.minutes()];
        Arrays.setAll(totals, recorded::total);
        Arrays.sort(totals);
        // The peak but for a few minutes: nobody buys nodes for a spike.
        return totals[(int) ((totals.length - 1) * 0.995)];
    }

    /** Runs the whole load once. */
    public RehearsalResult run() {
        var pravega = new PravegaRule(settings, recorded);
        for (int minute = 0; minute < recorded.minutes(); minute++) {
            cluster.observe(minute);
            count();
            cluster.complete(minute);
            if (settings.pravega()) {
                long start = System.nanoTime();
                pravega.decide(cluster, minute);
                slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1e6);
            } else {
                decide(minute);
            }
        }
        var changes = cluster.changes();
        return new RehearsalResult(
                shardSeconds + nodeSeconds,
                changes.splits(),
                changes.merges(),
                changes.moves(),
                cluster.bytesMoved(),
                changes.flipFlops(),
                slowestMillis,
                policy,
                shardSeconds,
                nodeSeconds,
                recorded.minutes(),
                shardsMax);
    }

    private void decide(int minute) {
        if (settings.policy().mode().foresees()) {
            fits.run(cluster.shards(), minute);
        }
        var view = cluster.view(minute, announced, experience);
        long start = System.nanoTime();
        var round = ShardManager.decide(view, settings.policy());
        slowestMillis = Math.max(slowestMillis, (System.nanoTime() - start) / 1e6);
        announced = cluster.announced(round.descriptors(), minute);
        for (var proposal : round.proposals()) {
            ledger.note(proposal, range(proposal.shards().getFirst()), minute);
            cluster.start(proposal, minute);
        }
        experience = ledger.settle(experience, minute);
    }

    private KeyRange range(ShardId id) {
        return cluster.shards().stream()
                .filter(shard -> shard.id.equals(id))
                .findFirst()
                .orElseThrow()
                .range;
    }

    private void count() {
        var nodes = new double[settings.nodes()];
        int shards = 0;
        for (var shard : cluster.shards()) {
            shardSeconds += shard.load > settings.policy().shardLimit() ? MINUTE_SECONDS : 0;
            nodes[shard.node] += shard.load;
            shards++;
        }
        for (double load : nodes) {
            nodeSeconds += load > settings.nodeCapacity() ? MINUTE_SECONDS : 0;
        }
        shardsMax = Math.max(shardsMax, shards);
    }
}
