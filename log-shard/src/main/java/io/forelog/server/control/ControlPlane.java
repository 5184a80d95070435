package io.forelog.server.control;

import io.forelog.error.PlanConflictException;
import io.forelog.forecast.Forecaster;
import io.forelog.manager.ClusterView;
import io.forelog.manager.Decision;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Experience;
import io.forelog.manager.Mode;
import io.forelog.manager.NodeView;
import io.forelog.manager.Policy;
import io.forelog.manager.Proposal;
import io.forelog.manager.ShardManager;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.metadata.Shard;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.replication.CopyAhead;
import io.forelog.replication.ShardId;
import io.forelog.server.control.ClusterStatistics.Resources;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.PeerDocuments;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.server.route.ShardTotals;
import io.forelog.statistics.Period;
import io.forelog.statistics.StatisticsStore;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The decision loop. Each minute the statistics are closed and the forecasts follow, on every node; where this node
 * leads the metadata, the manager then decides. What it proposes is recorded with its reasons and begun, unless the
 * policy is {@code manual}.
 *
 * <p>{@link #tick}, {@link #fit} and {@link #save} are called by background threads, one each; the rest by any.
 */
public final class ControlPlane {

    /** Kept in memory, on the node that decided; the oldest go. */
    public static final int DECISIONS_MAX = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    /** After the end of a minute: by then every node has closed it. */
    private static final long TOGETHER_MILLIS = 2_000;

    /** In a larger cluster only whoever leads it asks all others each minute, and begins with what they remember. */
    private static final int KEEPERS_MAX = 32;

    private static final String MINUTES = "minutes";
    private static final Set<PlanKind> CARRIED_OUT =
            EnumSet.of(PlanKind.SPLIT, PlanKind.MERGE, PlanKind.MOVE, PlanKind.PIN, PlanKind.ARCHIVE);

    /** The actions of decisions whose plans are begun. */
    private static final Set<String> BEGUN = Set.of("split", "merge", "move", "pin", "unpin", "archive");

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
    private final Forecasts together;
    private final SeenStatistics seen;
    private final Observed everywhere;
    private final PeerDocuments documents;
    private final Supplier<Vitals.Look> vitals;
    private final String node;
    private final Announcements announcements;
    private final Gains gains = new Gains();
    private final List<Consumer<Made>> onDecided = new CopyOnWriteArrayList<>();
    private final List<Consumer<Map<String, Period>>> onMinute = new CopyOnWriteArrayList<>();
    private final BooleanSupplier leads;
    private final Clock clock;
    private final Forecaster forecaster = Forecasts.forecaster();
    private final Deque<Made> decisions = new ArrayDeque<>();
    private boolean decided;
    /** Of the thread that ticks, as are the next two. */
    private boolean begun;

    private boolean isDue;
    private long closedAt;

    /**
     * @param node this node's name
     * @param documents what nodes tell each other
     * @param prepare makes this node ready for what a descriptor says that it shall take
     * @param copies takes all moves that are announced, and returns for which of them this node has a copy
     * @param archives whether this node has an archive
     * @param leads whether this node leads the metadata
     */
    public ControlPlane(
            String node,
            MetadataStore metadata,
            ShardTotals totals,
            ShardStatistics statistics,
            Supplier<Vitals.Look> vitals,
            PeerDocuments documents,
            Function<Descriptor, CompletableFuture<Void>> prepare,
            Function<Collection<CopyAhead>, Set<CopyAhead>> copies,
            boolean archives,
            BooleanSupplier leads,
            Clock clock) {
        this.metadata = metadata;
        this.totals = totals;
        this.statistics = statistics;
        this.leads = leads;
        this.clock = clock;
        this.forecasts = new Forecasts(statistics.store());
        var own = new Observed.Counted(statistics::minutes, statistics::tenMinutes);
        this.observed = new Observed(node, own, archives, forecasts, Map::of, vitals);
        var cluster = statistics.cluster();
        this.together = new Forecasts(cluster.store());
        var all = new Observed.Counted(
                (name, count) -> {
                    var minutes = cluster.store().minutes(name);
                    return minutes.subList(Math.max(0, minutes.size() - count), minutes.size());
                },
                cluster.store()::tenMinutes);
        this.everywhere = new Observed(node, all, archives, together, cluster::resources, vitals);
        this.node = node;
        this.seen = new SeenStatistics(node, statistics, this::isKeeper);
        this.vitals = vitals;
        this.documents = documents;
        this.announcements = new Announcements(
                node, documents, new MovesAhead(node, documents, metadata::state, copies), prepare);
        documents.serve(
                MINUTES,
                after -> ClusterStatistics.told(
                        machine(), statistics.store(), Long.parseLong(after), statistics.minute() - 1));
        metadata.watch(this::inherit);
    }

    /** Returns what was counted, by all nodes where this one keeps that. */
    public SeenStatistics seen() {
        return seen;
    }

    /** Returns what is expected after what was counted, by all nodes where this one keeps that. */
    public Forecasts forecasts() {
        return seen.isOfAll() ? together : forecasts;
    }

    private boolean isKeeper() {
        int nodes = metadata.state().nodes().size();
        return nodes > 1 && (leads.getAsBoolean() || nodes <= KEEPERS_MAX);
    }

    /** Returns the policy that holds now. */
    public Policy policy() {
        return Policies.of(metadata.state().policy());
    }

    /** Calls {@code listener} with each decision that is made here. */
    public void onDecided(Consumer<Made> listener) {
        onDecided.add(listener);
    }

    /** Calls {@code listener} with what was counted here in each minute, by the names of shards' statistics. */
    public void onMinute(Consumer<Map<String, Period>> listener) {
        onMinute.add(listener);
    }

    private Resources machine() {
        var look = vitals.get();
        return new Resources(look.cores(), look.processLoad(), look.diskUsable());
    }

    /** A child begins with that part of its parent's past which fell into its range. */
    private void inherit(ClusterState before, ClusterState after) {
        for (var log : after.logs().values()) {
            var known = before.find(log.incarnation());
            int from =
                    known == null ? Integer.MAX_VALUE : known.shards().shards().size();
            for (int number = from; number < log.shards().shards().size(); number++) {
                var child = log.shards().shards().get(number);
                if (child.parents().size() == 1) {
                    var parent = log.shards().shards().get(child.parents().getFirst());
                    inherit(log.incarnation(), parent, child, statistics.store());
                    inherit(log.incarnation(), parent, child, statistics.cluster().store());
                }
            }
        }
    }

    private static void inherit(long incarnation, Shard parent, Shard child, StatisticsStore store) {
        String name = Accesses.name(incarnation, child.number());
        try {
            store.inherit(Accesses.name(incarnation, parent.number()), parent.range(), name, child.range());
        } catch (IllegalStateException full) {
            LOG.warn("the past of shard {} is not kept: {}", name, full.getMessage());
        }
    }

    /** Does what the end of a minute asks for, if one has ended; a node that begins to lead decides at once. */
    public void tick() {
        if (!begun) {
            begun = true;
            forecasts.observe(statistics.minute() - 1);
            together.observe(statistics.minute() - 1);
        }
        for (var minute : statistics.roll()) {
            forecasts.observe(minute.minute());
            onMinute.forEach(listener -> listener.accept(minute.counted()));
            isDue = true;
            closedAt = clock.millis();
        }
        if (!leads.getAsBoolean()) {
            resign();
        } else if (!hasDecided()) {
            isDue = true;
        }
        boolean isAlone = metadata.state().nodes().size() <= 1;
        if (isDue && (isAlone || clock.millis() - closedAt >= TOGETHER_MILLIS)) {
            isDue = false;
            if (isKeeper()) {
                gather();
            }
            if (leads.getAsBoolean()) {
                decide();
            }
        }
    }

    /** Adds up what all nodes counted. One that does not answer now tells its minutes with the next ones. */
    private void gather() {
        var cluster = statistics.cluster();
        long minute = statistics.minute();
        long after = cluster.after(metadata.state().nodes().keySet(), minute);
        cluster.add(node, ClusterStatistics.told(machine(), statistics.store(), after, minute - 1));
        var answers = documents.ask(MINUTES, Long.toString(after)).join();
        answers.byNode().forEach(cluster::add);
        if (!answers.silent().isEmpty()) {
            LOG.info("the statistics are without those of {}", answers.silent());
        }
        cluster.retain(metadata.state());
        together.observe(minute - 1);
    }

    private synchronized boolean hasDecided() {
        return decided;
    }

    private synchronized void resign() {
        // Whoever leads now announces by itself what it foresees.
        announcements.resign();
        decided = false;
    }

    private void decide() {
        var state = metadata.state();
        var policy = policy();
        var view = view(state, held(state).join());
        var round = ShardManager.decide(view, policy);
        boolean acts = policy.mode() != Mode.MANUAL;
        if (acts) {
            round.proposals().forEach(proposal -> begin(proposal, state));
            round.releases().forEach(plan -> release(plan, state));
        }
        record(round.decisions(), round.descriptors(), acts);
        if (acts) {
            announcements.prepare();
        }
        learn(state, view, policy);
    }

    /** Compares what plans promised with what came. */
    private void learn(ClusterState state, ClusterView view, Policy policy) {
        var capacities = view.nodes().stream().collect(Collectors.toMap(NodeView::name, NodeView::capacity));
        var measures = new Gains.Measures(
                policy.shardLimit(), each -> capacities.getOrDefault(each, 0.0), this::loads);
        for (var gained : gains.measure(state, measures, statistics.minute())) {
            synchronized (this) {
                var known = List.copyOf(decisions);
                decisions.clear();
                known.forEach(made -> decisions.addLast(
                        gained.isOf(made.decision())
                                ? new Made(made.decision().gained(gained.seconds()), made.begun())
                                : made));
            }
        }
    }

    /** Returns a shard's load of the latest minutes, by the minute. */
    private Map<Long, Double> loads(String name) {
        var store = metadata.state().nodes().size() <= 1
                ? statistics.store()
                : statistics.cluster().store();
        return store.minutes(name).stream().collect(Collectors.toMap(Period::minute, Period::load, Double::sum));
    }

    /** Returns what plans have really gained, as far as that was measured here. */
    public Experience experience() {
        return gains.experience();
    }

    /** Begins what was proposed; what the map does not allow by now is proposed again if it is still worth it. */
    private void begin(Proposal proposal, ClusterState state) {
        var log = state.find(proposal.shards().getFirst().log());
        if (log == null || !CARRIED_OUT.contains(proposal.kind())) {
            return;
        }
        try {
            var plan = PlanRoutes.plan(proposal, log, state, clock.millis());
            metadata.submit(new ChangePlan(new PlanCommand.Begin(plan))).whenComplete((after, failure) -> {
                if (failure != null) {
                    LOG.info("{} is not begun: {}", proposal, failure.toString());
                }
            });
        } catch (PlanConflictException e) {
            LOG.info("{} is not begun: {}", proposal, e.getMessage());
        }
    }

    /** Takes back that the reads of a key are spread; a step that fails is decided again. */
    private void release(long id, ClusterState state) {
        var plan = state.plans().find(id);
        if (plan != null && plan.state() == PlanState.WATCH) {
            var end = new PlanCommand.Advance(
                    id, PlanState.WATCH, PlanState.DONE, clock.millis(), "", List.of(), plan.bytesMoved());
            metadata.submit(new ChangePlan(end)).whenComplete((after, failure) -> {
                if (failure != null) {
                    LOG.info("plan {} is not ended: {}", id, failure.toString());
                }
            });
        }
    }

    private void record(List<Decision> made, List<Descriptor> descriptors, boolean acts) {
        for (var decision : made) {
            var known = new Made(decision, acts && BEGUN.contains(decision.action()));
            synchronized (this) {
                decided = true;
                keep(decisions, known, DECISIONS_MAX);
            }
            onDecided.forEach(listener -> listener.accept(known));
        }
        announcements.decided(descriptors);
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

    /** Asks what some shards hold; does not fail. */
    public CompletableFuture<Map<ShardId, Totals>> held(Collection<ShardId> shards) {
        return totals.of(shards);
    }

    /** Returns the cluster as the manager sees it. */
    public ClusterView view(ClusterState state, Map<ShardId, Totals> held) {
        var seen = state.nodes().size() <= 1 ? observed : everywhere;
        return seen.cluster(state, held, announcements.open(), gains.experience(), clock.millis());
    }

    /** Fits daily rhythms anew; takes seconds. */
    public void fit() {
        (metadata.state().nodes().size() <= 1 ? forecasts : together).fit(forecaster);
    }

    public void save() {
        statistics.save();
    }

    /** Returns the latest decisions of this node, the newest first. */
    public synchronized List<Made> decisions() {
        return List.copyOf(decisions);
    }

    /** Returns what is announced, then what was used or withdrawn, the newest first. */
    public List<Descriptor> descriptors() {
        return announcements.all();
    }
}
