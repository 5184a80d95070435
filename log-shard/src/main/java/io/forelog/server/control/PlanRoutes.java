package io.forelog.server.control;

import io.forelog.error.PlanConflictException;
import io.forelog.manager.Proposal;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.Route;
import java.util.Comparator;
import java.util.Optional;

/** Proposals name nodes; plans name the groups that those lead. Pure functions. */
public final class PlanRoutes {

    private PlanRoutes() {}

    /**
     * Returns the plan of a proposal. The upper child of a split goes to the target, if one is named and leads a group:
     * it begins empty, so no byte is copied. A merge stays with the group of the lower neighbour.
     *
     * @throws PlanConflictException if something is to move to a node that leads no other group
     */
    public static Plan plan(Proposal proposal, Log log, ClusterState state, long nowMillis) {
        var shard = log.shards().shards().get(proposal.shards().getFirst().shard());
        var route = proposal.target().isEmpty() || proposal.kind() == PlanKind.MERGE
                ? Route.NONE
                : route(proposal, shard, state);
        return proposal.plan(log.incarnation(), route, nowMillis);
    }

    private static Route route(Proposal proposal, Shard shard, ClusterState state) {
        var source = state.group(shard);
        var target = target(proposal.target(), shard, state);
        if (target.isPresent()) {
            return new Route(
                    proposal.source(),
                    source.id(),
                    proposal.target(),
                    target.get().id());
        }
        if (proposal.kind() == PlanKind.SPLIT) {
            return Route.NONE;
        }
        throw new PlanConflictException("node '" + proposal.target() + "' leads no group but that of shard "
                + shard.number() + ", group " + source.id());
    }

    /** Returns the group that would take a shard over, were it moved to a node. */
    static Optional<Group> target(String node, Shard shard, ClusterState state) {
        var source = state.group(shard);
        return state.groups().stream()
                .filter(group -> group.id() != source.id())
                .filter(group -> group.preferred().equals(node))
                // Where the same nodes hold copies, nothing is copied.
                .max(Comparator.comparingLong(group -> shared(group, source)));
    }

    private static long shared(Group one, Group other) {
        return one.members().stream().filter(other.members()::contains).count();
    }
}
