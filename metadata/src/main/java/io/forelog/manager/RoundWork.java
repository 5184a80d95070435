package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cause;
import io.forelog.plan.Cost;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/** A round in progress: what was proposed, announced and decided until now, and what is left of the budget. */
final class RoundWork {

    /** More would hide the important ones; the rest are counted in the round's last decision. */
    private static final int DECISIONS_MAX = 500;

    final ClusterView view;
    final Policy policy;
    final NodeLoads nodes;
    final List<Proposal> proposals = new ArrayList<>();
    final List<Descriptor> descriptors = new ArrayList<>();
    final List<Long> releases = new ArrayList<>();
    private final List<Decision> decisions = new ArrayList<>();
    private final Set<ShardId> taken = new HashSet<>();
    private long bytesLeft;
    private int unrecorded;

    RoundWork(ClusterView view, Policy policy) {
        this.view = view;
        this.policy = policy;
        nodes = new NodeLoads(view);
        bytesLeft = Math.max(0, policy.bytesPerHour() - view.bytesLastHour());
    }

    boolean isFree(ShardView shard) {
        return !shard.busy() && isFree(shard.id());
    }

    /** Returns whether nothing was proposed for a shard in this round. */
    boolean isFree(ShardId shard) {
        return !taken.contains(shard);
    }

    /** Keeps a part of the budget, or with a negative number gives it back. */
    void reserve(long bytes) {
        bytesLeft -= bytes;
    }

    /** Lets nothing else be proposed for a shard in this round. */
    void occupy(ShardView shard) {
        taken.add(shard.id());
    }

    /** Returns why the budget forbids a plan, or an empty text. */
    String forbidden(Proposal proposal) {
        // Half of the budget is out of reach for plans made ahead: a surprise must find something left.
        long spendable = proposal.cause() == Cause.LIMIT_PASSED ? bytesLeft : bytesLeft - policy.bytesPerHour() / 2;
        if (proposal.cost().bytes() > 0 && proposal.cost().bytes() > spendable) {
            return "the movement budget has " + Math.max(0, spendable) + " of "
                    + proposal.cost().bytes() + " bytes left";
        }
        if (!proposal.target().isEmpty() && proposal.cost().bytes() > 0) {
            if (nodes.of(proposal.source()).copies >= policy.copiesPerNode()
                    || nodes.of(proposal.target()).copies >= policy.copiesPerNode()) {
                return "source or target has " + policy.copiesPerNode() + " copies under way already";
            }
            if (nodes.of(proposal.target()).bytesFree < 2 * proposal.cost().bytes()) {
                return "the target's disk has too little room";
            }
        }
        return "";
    }

    /** Makes a proposal part of the round, or records why the budget forbids it. Returns whether it was made. */
    boolean propose(Proposal proposal, Map<String, Double> inputs, List<String> alternatives, String reason) {
        var action = proposal.kind().name().toLowerCase(Locale.ROOT);
        var forbidden = forbidden(proposal);
        if (!forbidden.isEmpty()) {
            none(
                    subject(proposal),
                    inputs,
                    List.of(action),
                    forbidden + "; otherwise: " + reason,
                    proposal.cost(),
                    proposal.benefit());
            return false;
        }
        bytesLeft -= proposal.cost().bytes();
        if (!proposal.target().isEmpty()) {
            nodes.of(proposal.source()).copies++;
            nodes.of(proposal.target()).copies++;
            nodes.of(proposal.target()).bytesFree -= proposal.cost().bytes();
        }
        taken.addAll(proposal.shards());
        proposals.add(proposal);
        record(new Decision(
                view.nowMillis(),
                subject(proposal),
                action,
                inputs,
                alternatives,
                reason,
                proposal.cost(),
                proposal.benefit(),
                OptionalDouble.empty()));
        return true;
    }

    void none(
            String subject,
            Map<String, Double> inputs,
            List<String> alternatives,
            String reason,
            Cost cost,
            Benefit benefit) {
        record(new Decision(
                view.nowMillis(),
                subject,
                Decision.NONE,
                inputs,
                alternatives,
                reason,
                cost,
                benefit,
                OptionalDouble.empty()));
    }

    /** Returns whether another decision is recorded; where not, it is only counted, and needs no words. */
    boolean isRecording() {
        if (decisions.size() < DECISIONS_MAX) {
            return true;
        }
        unrecorded++;
        return false;
    }

    void record(Decision decision) {
        if (decisions.size() < DECISIONS_MAX) {
            decisions.add(decision);
        } else {
            unrecorded++;
        }
    }

    Round done() {
        double hottest = 0;
        var at = "";
        for (var shard : view.shards()) {
            if (shard.load() > hottest) {
                hottest = shard.load();
                at = shard.id().toString();
            }
        }
        var reason = String.format(
                Locale.ROOT,
                "%d plans for %d shards on %d nodes; %s%s",
                proposals.size(),
                view.shards().size(),
                view.nodes().size(),
                at.isEmpty()
                        ? "no shard has any load"
                        : String.format(
                                Locale.ROOT,
                                "hottest is %s at %.0f %% of the limit",
                                at,
                                100 * hottest / policy.shardLimit()),
                unrecorded == 0 ? "" : "; " + unrecorded + " more decisions not recorded");
        decisions.add(new Decision(
                view.nowMillis(),
                "cluster",
                proposals.isEmpty() ? Decision.NONE : "act",
                Map.of("hottestShardPerSecond", hottest, "bytesLeftOfBudget", (double) bytesLeft),
                List.of(),
                reason,
                Cost.NONE,
                Benefit.NONE,
                OptionalDouble.empty()));
        return new Round(proposals, descriptors, releases, decisions);
    }

    private static String subject(Proposal proposal) {
        return String.join(
                "+", proposal.shards().stream().map(ShardId::toString).toList());
    }
}
