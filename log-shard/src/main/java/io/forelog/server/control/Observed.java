package io.forelog.server.control;

import io.forelog.manager.ClusterView;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Experience;
import io.forelog.manager.LoadCurve;
import io.forelog.manager.LoadCurve.HotKey;
import io.forelog.manager.NodeView;
import io.forelog.manager.PinView;
import io.forelog.manager.SealedView;
import io.forelog.manager.ShardView;
import io.forelog.metadata.Bounds;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.metadata.ShardState;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.record.KeyHash;
import io.forelog.replication.ShardId;
import io.forelog.server.control.ClusterStatistics.Resources;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.statistics.Counter;
import io.forelog.statistics.Dimension;
import io.forelog.statistics.Heat;
import io.forelog.statistics.Period;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as the manager's pure functions take it, from what this node knows: the metadata, statistics and
 * forecasts, its own vitals and what other nodes said last of theirs. One that said nothing yet counts as having room.
 */
public final class Observed {

    /** The minutes whose accesses say how the load lies over a shard's range. */
    private static final int CURVE_MINUTES = 15;

    private static final int HOT_KEYS_MAX = 16;
    /** Longer names are cut off where they are counted, and so hash to somewhere else. */
    private static final int NAME_BYTES_MAX = 127;

    private static final double MINUTE_SECONDS = 60;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long HOUR_MILLIS = 60 * MINUTE_MILLIS;
    /** A load below this share of the machine says nothing of what it could carry. */
    private static final double MEASURABLE_CPU = 0.3;
    /** Requests a second for each core, until a load was seen that shows it; an assumption. */
    private static final double CAPACITY_PER_CORE = 20_000;

    private static final int CORES_UNKNOWN = 2;
    private static final long ROOM_UNKNOWN = Long.MAX_VALUE / 2;

    /** After an archive plan's cutover the other replicas follow, and nodes tell their disks' room each minute. */
    private static final long FREED_MILLIS = 2 * MINUTE_MILLIS;

    /**
     * What is counted of shards, by the names of their statistics.
     *
     * @param minutes the latest, at most so many
     * @param tenMinutes all of two days
     */
    record Counted(BiFunction<String, Integer, List<Period>> minutes, Function<String, List<Period>> tenMinutes) {}

    /**
     * What plans do to a shard, or did last.
     *
     * @param sinceMillis when one of them came to its present state
     * @param changing whether another plan would have to wait
     * @param busy whether one is under way, which may be that it only watches
     * @param leavingBytes what an archive plan is about to free on each node; 0 if there is none
     */
    private record Planned(long sinceMillis, boolean changing, boolean busy, long leavingBytes) {

        static final Planned NOT = new Planned(Long.MIN_VALUE, false, false, 0);

        static Planned by(Plan plan, long nowMillis) {
            boolean isActive = !plan.state().isFinal();
            boolean watches = plan.state() == PlanState.WATCH;
            boolean frees = plan.kind() == PlanKind.ARCHIVE
                    && isActive
                    && !(watches && nowMillis - plan.sinceMillis() >= FREED_MILLIS);
            return new Planned(
                    plan.sinceMillis(),
                    isActive && !(watches && plan.kind() != PlanKind.MOVE),
                    isActive,
                    frees ? plan.expected().cost().bytes() : 0);
        }

        Planned and(Planned other) {
            return new Planned(
                    Math.max(sinceMillis, other.sinceMillis),
                    changing || other.changing,
                    busy || other.busy,
                    Math.max(leavingBytes, other.leavingBytes));
        }
    }

    /** What the shards of a node add up to. */
    private static final class Carried {
        private double load;
        private long bytes;
        private double bytesPerSecond;
    }

    private final String node;
    private final Counted counted;
    private final boolean archives;
    private final Forecasts forecasts;
    private final Supplier<Map<String, Resources>> others;
    private final Supplier<Vitals.Look> vitals;

    /**
     * @param archives whether this node has an archive; all nodes of a cluster are set up alike
     * @param others what other nodes said of their machines
     */
    Observed(
            String node,
            Counted counted,
            boolean archives,
            Forecasts forecasts,
            Supplier<Map<String, Resources>> others,
            Supplier<Vitals.Look> vitals) {
        this.node = node;
        this.counted = counted;
        this.archives = archives;
        this.forecasts = forecasts;
        this.others = others;
        this.vitals = vitals;
    }

    /** @param totals what is known of what shards hold; one that is not there counts as empty */
    public ClusterView cluster(
            ClusterState state,
            Map<ShardId, Totals> totals,
            List<Descriptor> announced,
            Experience experience,
            long nowMillis) {
        var shards = new ArrayList<ShardView>();
        var sealed = new ArrayList<SealedView>();
        var carried = new HashMap<String, Carried>();
        var planned = planned(state, nowMillis);
        var holders = state.groups().stream().map(Group::holders).toList();
        for (var log : new TreeMap<>(state.logs()).values()) {
            for (var shard : log.shards().shards()) {
                var held = totals.get(id(log, shard));
                long bytes = held == null ? 0 : held.bytes();
                var plans = planned.getOrDefault(id(log, shard), Planned.NOT);
                var name = Accesses.name(log.incarnation(), shard.number());
                var latest = shard.isOpen() ? counted.minutes().apply(name, CURVE_MINUTES) : List.<Period>of();
                carry(holders.get(shard.group()), bytes, growth(latest, nowMillis), carried);
                if (Log.isOwn(log.name())) {
                    continue;
                }
                if (!shard.isOpen()) {
                    addSealed(log, shard, holders.get(shard.group()), bytes, plans, nowMillis, sealed);
                } else {
                    var view = shard(state, log, shard, bytes, plans, latest, nowMillis);
                    shards.add(view);
                    carried.computeIfAbsent(view.node(), unseen -> new Carried()).load += view.load();
                }
            }
        }
        var machines = new HashMap<>(others.get());
        var look = vitals.get();
        machines.put(node, new Resources(look.cores(), look.processLoad(), look.diskUsable()));
        var nodes = new TreeMap<>(state.nodes())
                .values().stream()
                        .map(each ->
                                node(each, machines.get(each.name()), carried.getOrDefault(each.name(), new Carried())))
                        .toList();
        long moved = state.plans().all().stream()
                .filter(plan -> nowMillis - plan.sinceMillis() < HOUR_MILLIS)
                .mapToLong(Plan::bytesMoved)
                .sum();
        var pins = state.plans().all().stream()
                .filter(plan -> plan.kind() == PlanKind.PIN && !plan.state().isFinal())
                .map(PinView::of)
                .toList();
        return new ClusterView(nowMillis, shards, sealed, archives, nodes, announced, moved, experience, pins);
    }

    private static Map<ShardId, Planned> planned(ClusterState state, long nowMillis) {
        var planned = new HashMap<ShardId, Planned>();
        for (var plan : state.plans().all()) {
            var change = plan.change();
            Stream.concat(change.shards().stream(), change.children().stream().map(child -> child.number()))
                    .forEach(number -> planned.merge(
                            new ShardId(change.incarnation(), number), Planned.by(plan, nowMillis), Planned::and));
        }
        return planned;
    }

    /** Returns the bytes a second that were appended to a shard lately. */
    private static double growth(List<Period> latest, long nowMillis) {
        long now = Math.floorDiv(nowMillis, MINUTE_MILLIS);
        long bytes = latest.stream()
                .filter(minute -> now - minute.minute() < CURVE_MINUTES)
                .mapToLong(minute -> minute.count(Counter.BYTES_WRITTEN))
                .sum();
        // One of whom less is known is as young.
        long minutes = latest.isEmpty() ? 1 : Math.clamp(now - latest.getFirst().minute() + 1, 1, CURVE_MINUTES);
        return bytes / (MINUTE_SECONDS * minutes);
    }

    private static void carry(List<String> holders, long bytes, double bytesPerSecond, Map<String, Carried> carried) {
        for (var holder : holders) {
            var sums = carried.computeIfAbsent(holder, unseen -> new Carried());
            sums.bytes += bytes;
            sums.bytesPerSecond += bytesPerSecond;
        }
    }

    private void addSealed(
            Log log,
            Shard shard,
            List<String> holders,
            long bytes,
            Planned plans,
            long nowMillis,
            List<SealedView> sealed) {
        boolean leaves = plans.leavingBytes() > 0;
        if (!leaves && (shard.state() != ShardState.SEALED || bytes == 0)) {
            return;
        }
        var name = Accesses.name(log.incarnation(), shard.number());
        sealed.add(new SealedView(
                new io.forelog.manager.ShardId(log.name(), shard.number()),
                holders,
                leaves ? plans.leavingBytes() : bytes,
                Heat.readsExpected(counted.tenMinutes().apply(name), Math.floorDiv(nowMillis, MINUTE_MILLIS)),
                // Its log says that its old records may be in the archive; how soon, the disk decides then.
                !log.settings().archive().equals(Bounds.NONE),
                settledMinutes(log, plans, nowMillis),
                plans.busy(),
                leaves));
    }

    static ShardId id(Log log, Shard shard) {
        return new ShardId(log.incarnation(), shard.number());
    }

    /** A node that did not look at its machine yet has no cores. */
    private static NodeView node(ClusterNode node, @Nullable Resources machine, Carried carried) {
        boolean isKnown = machine != null && machine.cores() > 0;
        return new NodeView(
                node.name(),
                isKnown ? capacity(machine, carried.load) : CORES_UNKNOWN * CAPACITY_PER_CORE,
                isKnown ? machine.diskUsable() : ROOM_UNKNOWN,
                carried.bytes,
                carried.bytesPerSecond,
                0,
                node.draining());
    }

    private static double capacity(Resources machine, double load) {
        return machine.processLoad() >= MEASURABLE_CPU && load > 0
                ? load / machine.processLoad()
                : Math.max(CORES_UNKNOWN, machine.cores()) * CAPACITY_PER_CORE;
    }

    private ShardView shard(
            ClusterState state, Log log, Shard shard, long bytes, Planned plans, List<Period> latest, long nowMillis) {
        var name = Accesses.name(log.incarnation(), shard.number());
        var known = forecasts.of(name);
        var leader = state.group(shard).leader();
        return new ShardView(
                new io.forelog.manager.ShardId(log.name(), shard.number()),
                shard.range(),
                leader == null ? "" : leader,
                bytes,
                known.recent(),
                known.outlook(),
                curve(shard.range(), latest),
                settledMinutes(log, plans, nowMillis),
                plans.changing(),
                state.group(shard).holders().size());
    }

    private static int settledMinutes(Log log, Planned plans, long nowMillis) {
        long since = Math.max(log.createdAt(), plans.sinceMillis());
        return Math.clamp((nowMillis - since) / MINUTE_MILLIS, 0, Integer.MAX_VALUE);
    }

    /**
     * How the accesses of these minutes lie over a range; the hottest prefixes by themselves, outside of the slices.
     */
    static LoadCurve curve(KeyRange range, List<Period> minutes) {
        var together = minutes.stream().reduce(Period::plus);
        if (together.isEmpty() || together.get().accesses() == 0) {
            return LoadCurve.even(range);
        }
        double seconds = MINUTE_SECONDS * minutes.size();
        var slices = new float[Period.SLICES];
        for (int i = 0; i < slices.length; i++) {
            slices[i] = (float) (together.get().slice(i) / seconds);
        }
        var hot = new ArrayList<HotKey>();
        for (var prefix : together.get().mostFrequent(Dimension.PREFIX, HOT_KEYS_MAX)) {
            var bytes = prefix.name().getBytes(StandardCharsets.UTF_8);
            long hash = KeyHash.of(bytes);
            if (bytes.length <= NAME_BYTES_MAX && range.contains(hash)) {
                int slice = slice(range, hash);
                // The count is an estimate; it cannot be more than what fell into its slice.
                double load = Math.min(slices[slice], prefix.accesses() / seconds);
                slices[slice] -= (float) load;
                hot.add(new HotKey(prefix.name(), hash, load));
            }
        }
        double readShare = (double) together.get().count(Counter.READS)
                / together.get().accesses();
        return new LoadCurve(range, slices, hot, readShare);
    }

    private static int slice(KeyRange range, long hash) {
        double position = unsigned(hash - range.from()) / (unsigned(range.last() - range.from()) + 1);
        return Math.clamp((int) (position * Period.SLICES), 0, Period.SLICES - 1);
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }
}
