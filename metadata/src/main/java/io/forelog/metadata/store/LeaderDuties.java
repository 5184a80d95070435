package io.forelog.metadata.store;

import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Liveness;
import io.forelog.metadata.MetadataCommand;
import io.forelog.metadata.MetadataCommand.ForgetNode;
import io.forelog.metadata.MetadataCommand.PlaceGroup;
import io.forelog.metadata.MetadataCommand.RenewNode;
import io.forelog.metadata.PlacementPlan;
import io.forelog.metadata.PlacementRules;
import io.forelog.raft.FollowerProgress;
import io.forelog.raft.GroupReconciler;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.forelog.raft.ReconcilerConfig;
import io.forelog.raft.WantedMembers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the node that leads the metadata does for all: makes every node a member of the metadata group and at most five
 * of them voters, plans where groups go when a node is drained, removed, dead, added or comes back, and forgets the
 * nodes that were removed. On other nodes it does nothing.
 */
public final class LeaderDuties {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderDuties.class);

    /** Five survive the loss of two. More make each commit wait for more. */
    public static final int VOTERS_MAX = 5;

    /** A node is given nothing while it does not answer; a short stop must not send replicas elsewhere. */
    private static final int SILENT_FACTOR = 3;

    private final RaftMetadataStore store;
    private final GroupReconciler reconciler;
    private final PlacementRules rules;
    private final LongSupplier nanoTime;
    private final NodesHeard heard;
    private CompletableFuture<?> planned = CompletableFuture.completedFuture(null);
    /** For which no group was to be moved; there is nothing to plan until one of them is another. */
    private @Nullable ClusterState settled;

    private @Nullable Liveness settledLiveness;

    /** Creates it; {@code nanoTime} is the clock of the store's group. */
    public LeaderDuties(RaftMetadataStore store, ReconcilerConfig config, PlacementRules rules, LongSupplier nanoTime) {
        this.store = store;
        this.reconciler = new GroupReconciler(store.group(), config, nanoTime);
        this.rules = rules;
        this.nanoTime = nanoTime;
        this.heard = new NodesHeard(config.silenceMax().multipliedBy(SILENT_FACTOR), rules.deadAfter());
    }

    /** Begins what is due; called several times a second by one thread. Never blocks. */
    public void tick() {
        var status = store.group().status();
        var state = store.state();
        // A founder that has not yet said who it is finds nobody known: that is no reason to remove anyone.
        if (!status.leading() || !state.nodes().containsKey(status.self().node())) {
            return;
        }
        long now = nanoTime.getAsLong();
        var liveness = heard.look(state, status, now);
        reconciler.advance(wanted(state, status));
        if (planned.isDone()) {
            submit(due(state, status, liveness, now));
        }
    }

    private List<MetadataCommand> due(ClusterState state, GroupStatus status, Liveness liveness, long now) {
        List<MetadataCommand> due = new ArrayList<>(placements(state, liveness));
        due.addAll(heard.news(state, now));
        for (var node : state.nodes().values()) {
            var forget = new ForgetNode(node.name());
            // Until the metadata does without it, its vote may be needed, and it ends once it is forgotten.
            boolean isMember = status.membership().members().stream()
                    .anyMatch(member -> member.node().equals(node.name()));
            if (!isMember && forget.apply(state) != state) {
                due.add(forget);
            }
        }
        deadVoter(state, status, liveness).ifPresent(node -> due.add(new RenewNode(node.name(), node.incarnation())));
        return due;
    }

    private List<PlaceGroup> placements(ClusterState state, Liveness liveness) {
        if (state == settled && liveness.equals(settledLiveness)) {
            return List.of();
        }
        var placements = PlacementPlan.of(state, liveness, rules);
        settled = placements.isEmpty() ? state : null;
        settledLiveness = liveness;
        return placements;
    }

    /** A voter that is dead makes room for one that learns: as another member it will learn, when it comes back. */
    private static Optional<ClusterNode> deadVoter(ClusterState state, GroupStatus status, Liveness liveness) {
        var membership = status.membership();
        boolean canReplace = state.nodes().values().stream()
                .filter(node -> !node.leaving() && !liveness.silent().contains(node.name()))
                .map(ClusterNode::member)
                .anyMatch(member -> membership.members().contains(member)
                        && !membership.voters().contains(member));
        return state.nodes().values().stream()
                .filter(node -> canReplace && liveness.dead().contains(node.name()))
                .filter(node -> membership.voters().contains(node.member()))
                .min(Comparator.comparing(ClusterNode::name));
    }

    private void submit(List<MetadataCommand> commands) {
        planned = CompletableFuture.allOf(commands.stream()
                .map(command -> store.submit(command).whenComplete((after, failure) -> {
                    if (failure != null) {
                        LOG.warn("{} was not applied: {}", command, failure.toString());
                    } else {
                        LOG.info("{}", command);
                    }
                }))
                .toArray(CompletableFuture[]::new));
    }

    static WantedMembers wanted(ClusterState state, GroupStatus status) {
        var members = byTurns(state).stream()
                .filter(node -> new ForgetNode(node.name()).apply(state) == state)
                .map(ClusterNode::member)
                .toList();
        return new WantedMembers(
                members, WantedMembers.oddVoters(members.size(), VOTERS_MAX), successor(state, status));
    }

    /**
     * Who should lead instead of this node, because it is being drained. The same one each time, as long as it answers:
     * the one that is chosen must stay chosen for a while before leadership goes there.
     */
    private static Optional<MemberId> successor(ClusterState state, GroupStatus status) {
        if (!isDraining(state, status.self())) {
            return Optional.empty();
        }
        var wanted = byTurns(state).stream().map(ClusterNode::member).toList();
        return status.followers().stream()
                .filter(follower -> status.membership().voters().contains(follower.member()))
                .filter(follower -> wanted.contains(follower.member()) && !isDraining(state, follower.member()))
                .filter(follower -> follower.silence().compareTo(ReconcilerConfig.DEFAULT.silenceMax()) < 0)
                .map(FollowerProgress::member)
                .min(Comparator.comparing(MemberId::node));
    }

    private static boolean isDraining(ClusterState state, MemberId member) {
        var node = state.nodes().get(member.node());
        return node == null || !node.isActive();
    }

    /** Returns the nodes, of each region one by turns: so are the voters spread over regions. */
    private static List<ClusterNode> byTurns(ClusterState state) {
        var regions = new TreeMap<String, Deque<ClusterNode>>();
        new TreeMap<>(state.nodes()).values().forEach(node -> regions.computeIfAbsent(
                        node.region(), unseen -> new ArrayDeque<>())
                .add(node));
        var nodes = new ArrayList<ClusterNode>();
        while (nodes.size() < state.nodes().size()) {
            for (var region : regions.values()) {
                if (!region.isEmpty()) {
                    nodes.add(region.removeFirst());
                }
            }
        }
        return nodes;
    }
}
