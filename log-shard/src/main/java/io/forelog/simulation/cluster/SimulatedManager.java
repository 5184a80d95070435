package io.forelog.simulation.cluster;

import io.forelog.error.PlanConflictException;
import io.forelog.forecast.Outlook;
import io.forelog.manager.ClusterView;
import io.forelog.manager.Experience;
import io.forelog.manager.LoadCurve;
import io.forelog.manager.Mode;
import io.forelog.manager.NodeView;
import io.forelog.manager.Policy;
import io.forelog.manager.Proposal;
import io.forelog.manager.ShardId;
import io.forelog.manager.ShardManager;
import io.forelog.manager.ShardView;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.Shard;
import io.forelog.plan.PlanKind;
import io.forelog.server.control.PlanRoutes;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.random.RandomGenerator;

/** Lets the shard manager decide, on loads drawn at random, and begins the plans that it proposes. */
final class SimulatedManager {

    private static final double LIMIT = 1_000;
    private static final int MINUTES = 60;
    private static final int SHARDS_MAX = 6;
    private static final Policy POLICY = Policy.of(Mode.HYBRID, LIMIT);

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final RandomGenerator random;

    SimulatedManager(SimulatedCluster cluster, Timeline timeline) {
        this.cluster = cluster;
        this.timeline = timeline;
        this.random = cluster.runtime().split();
    }

    /** Decides once, as a node that leads the metadata does each minute. */
    void decide() {
        var state = cluster.newest();
        var log = state.logs().get(SimulatedCluster.LOG);
        if (log == null || log.shards().open().size() > SHARDS_MAX) {
            return;
        }
        var view = view(state, log);
        var round = ShardManager.decide(view, POLICY);
        if (!round.toString().equals(ShardManager.decide(view, POLICY).toString())) {
            throw new Violation("the shard manager decides otherwise the second time: " + round);
        }
        var touched = new HashSet<ShardId>();
        for (var proposal : round.proposals()) {
            for (var shard : proposal.shards()) {
                if (!touched.add(shard)) {
                    throw new Violation(
                            "the shard manager makes two plans for shard " + shard + ": " + round.proposals());
                }
            }
            begin(proposal, log, state);
        }
    }

    private ClusterView view(ClusterState state, Log log) {
        var shards =
                log.shards().open().stream().map(shard -> view(state, shard)).toList();
        var nodes = cluster.nodes().stream()
                .map(node -> new NodeView(node.name(), 2 * LIMIT, 1L << 40, 0, false))
                .toList();
        return new ClusterView(cluster.clock().millis(), shards, nodes, List.of(), 0, Experience.NONE);
    }

    private ShardView view(ClusterState state, Shard shard) {
        var loads = new float[MINUTES];
        Arrays.fill(loads, random.nextInt(3) == 0 ? 10 : random.nextInt((int) (1.5 * LIMIT)));
        var coming = Arrays.copyOf(loads, POLICY.leadMinutes());
        var outlook = new Outlook(coming, new float[coming.length], loads[0], "the same as now");
        boolean busy = state.plans().active(plan -> plan.change().shards().contains(shard.number())) != null;
        return new ShardView(
                new ShardId(SimulatedCluster.LOG, shard.number()),
                shard.range(),
                state.group(shard).preferred(),
                1 << 20,
                loads,
                outlook,
                LoadCurve.even(shard.range()),
                MINUTES,
                busy);
    }

    private void begin(Proposal proposal, Log log, ClusterState state) {
        if (proposal.kind() == PlanKind.PIN) {
            return;
        }
        try {
            var plan = PlanRoutes.plan(proposal, log, state, cluster.clock().millis());
            timeline.add("the shard manager begins: " + plan.kind() + " of "
                    + plan.change().shards() + " to group " + plan.route().targetGroup());
            cluster.submit(new ChangePlan(new PlanCommand.Begin(plan)));
        } catch (PlanConflictException e) {
            timeline.add("the shard manager proposes what cannot be: " + e.getMessage());
        }
    }
}
