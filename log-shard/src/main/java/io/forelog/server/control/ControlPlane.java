package io.forelog.server.control;

import io.forelog.error.PlanConflictException;
import io.forelog.forecast.Forecaster;
import io.forelog.manager.ClusterView;
import io.forelog.manager.Decision;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Mode;
import io.forelog.manager.Policy;
import io.forelog.manager.Proposal;
import io.forelog.manager.ShardManager;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.PlanKind;
import io.forelog.replication.ShardId;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.server.route.ShardTotals;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision loop. Each minute the statistics are closed and the forecasts follow, on every node; where this node leads
 * the metadata, the manager then decides. What it proposes is recorded with its reasons and begun, unless the policy is
 * {@code manual}.
 *
 * <p>{@link #tick}, {@link #fit} and {@link #save} are called by background threads, one each; the rest by any.
 */
public final class ControlPlane {

    /** Kept in memory, on the node that decided; the oldest go. */
    public static final int DECISIONS_MAX = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final int DESCRIPTORS_MAX = 1000;
    private static final Set<PlanKind> CARRIED_OUT = EnumSet.of(PlanKind.SPLIT, PlanKind.MERGE, PlanKind.MOVE);

    /** The actions of decisions whose plans are begun. */
    private static final Set<String> BEGUN = Set.of("split", "merge", "move");

    /**
     * A decision, and what was made of it.
     *
     * @param begun whether a plan of it was asked for
     */
    public record Made(Decision decision, boolean begun) {}

    private final MetadataStore metadata;
    private final ShardTotals totals;
    private final ShardStatistics statistics;
    private final Forecasts forecasts;
    private final Observed observed;
    private final BooleanSupplier leads;
    private final Clock clock;
    private final Forecaster forecaster = Forecasts.forecaster();
    private final Deque<Made> decisions = new ArrayDeque<>();
    private final Deque<Descriptor> ended = new ArrayDeque<>();
    private List<Descriptor> announced = List.of();
    private boolean decided;
    /** Of the thread that ticks. */
    private boolean begun;

    /**
     * @param node this node's name
     * @param leads whether this node leads the metadata
     */
    public ControlPlane(
            String node,
            MetadataStore metadata,
            ShardTotals totals,
            ShardStatistics statistics,
            Supplier<Vitals.Look> vitals,
            BooleanSupplier leads,
            Clock clock) {
        this.metadata = metadata;
        this.totals = totals;
        this.statistics = statistics;
        this.leads = leads;
        this.clock = clock;
        this.forecasts = new Forecasts(statistics.store());
        this.observed = new Observed(node, statistics, forecasts, vitals);
    }

    public ShardStatistics statistics() {
        return statistics;
    }

    public Forecasts forecasts() {
        return forecasts;
    }

    /** Returns the policy that holds now. */
    public Policy policy() {
        return Policies.of(metadata.state().policy());
    }

    /** Does what the end of a minute asks for, if one has ended; a node that begins to lead decides at once. */
    public void tick() {
        if (!begun) {
            begun = true;
            forecasts.observe(statistics.minute() - 1);
        }
        var closed = statistics.roll();
        closed.forEach(minute -> forecasts.observe(minute.minute()));
        if (!leads.getAsBoolean()) {
            resign();
        } else if (!closed.isEmpty() || !decided) {
            decide();
        }
    }

    private synchronized void resign() {
        // Whoever leads now announces by itself what it foresees.
        announced = List.of();
        decided = false;
    }

    private void decide() {
        var state = metadata.state();
        var policy = policy();
        var round = ShardManager.decide(view(state, held(state).join()), policy);
        boolean acts = policy.mode() != Mode.MANUAL;
        if (acts) {
            round.proposals().forEach(proposal -> begin(proposal, state));
        }
        record(round.decisions(), round.descriptors(), acts);
    }

    /** Begins what was proposed; what the map does not allow by now is proposed again if it is still worth it. */
    private void begin(Proposal proposal, ClusterState state) {
        var log = state.find(proposal.shards().getFirst().log());
        if (log == null || !CARRIED_OUT.contains(proposal.kind())) {
            return;
        }
        try {
            var plan = PlanRoutes.plan(proposal, log, state, clock.millis());
            metadata.submit(new ChangePlan(new PlanCommand.Begin(plan)))
                    .whenComplete((after, failure) -> {
                        if (failure != null) {
                            LOG.info("{} is not begun: {}", proposal, failure.toString());
                        }
                    });
        } catch (PlanConflictException e) {
            LOG.info("{} is not begun: {}", proposal, e.getMessage());
        }
    }

    private synchronized void record(List<Decision> made, List<Descriptor> descriptors, boolean acts) {
        decided = true;
        made.forEach(decision -> keep(
                decisions, new Made(decision, acts && BEGUN.contains(decision.action())), DECISIONS_MAX));
        var open = new ArrayList<Descriptor>();
        for (var descriptor : descriptors) {
            switch (descriptor.state()) {
                case ANNOUNCED, PREPARED -> open.add(descriptor);
                case USED, WITHDRAWN -> keep(ended, descriptor, DESCRIPTORS_MAX);
            }
        }
        announced = List.copyOf(open);
    }

    private static <T> void keep(Deque<T> all, T newest, int max) {
        all.addFirst(newest);
        if (all.size() > max) {
            all.removeLast();
        }
    }

    /** Asks what all shards hold; does not fail. */
    public CompletableFuture<Map<ShardId, Totals>> held(ClusterState state) {
        return totals.of(state.logs().values().stream()
                .flatMap(log -> log.shards().shards().stream().map(shard -> Observed.id(log, shard)))
                .toList());
    }

    /** Returns the cluster as the manager sees it. */
    public ClusterView view(ClusterState state, Map<ShardId, Totals> held) {
        List<Descriptor> open;
        synchronized (this) {
            open = announced;
        }
        return observed.cluster(state, held, open, clock.millis());
    }

    /** Fits daily rhythms anew; takes seconds. */
    public void fit() {
        forecasts.fit(forecaster);
    }

    public void save() {
        statistics.save();
    }

    /** Returns the latest decisions of this node, the newest first. */
    public synchronized List<Made> decisions() {
        return List.copyOf(decisions);
    }

    /** Returns what is announced, then what was withdrawn, the newest first. */
    public synchronized List<Descriptor> descriptors() {
        var all = new ArrayList<>(announced);
        all.addAll(ended);
        return List.copyOf(all);
    }
}
