package io.forelog.server.control;

import io.forelog.manager.ClusterView;
import io.forelog.manager.Descriptor;
import io.forelog.manager.Experience;
import io.forelog.manager.LoadCurve;
import io.forelog.manager.LoadCurve.HotKey;
import io.forelog.manager.NodeView;
import io.forelog.manager.ShardView;
import io.forelog.metadata.ClusterNode;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.plan.Plan;
import io.forelog.record.KeyHash;
import io.forelog.replication.ShardId;
import io.forelog.server.control.ClusterStatistics.Resources;
import io.forelog.server.live.Vitals;
import io.forelog.server.peer.ReadMessages.Totals;
import io.forelog.statistics.Dimension;
import io.forelog.statistics.Period;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
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

    private final String node;
    private final BiFunction<String, Integer, List<Period>> minutes;
    private final Forecasts forecasts;
    private final Supplier<Map<String, Resources>> others;
    private final Supplier<Vitals.Look> vitals;

    /**
     * @param minutes the latest of a shard, by the name of its statistics, at most so many
     * @param others what other nodes said of their machines
     */
    Observed(
            String node,
            BiFunction<String, Integer, List<Period>> minutes,
            Forecasts forecasts,
            Supplier<Map<String, Resources>> others,
            Supplier<Vitals.Look> vitals) {
        this.node = node;
        this.minutes = minutes;
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
        for (var log : new TreeMap<>(state.logs()).values()) {
            if (Log.isOwn(log.name())) {
                continue;
            }
            for (var shard : log.shards().open()) {
                shards.add(shard(state, log, shard, totals.get(id(log, shard)), nowMillis));
            }
        }
        var loads = new HashMap<String, Double>();
        shards.forEach(shard -> loads.merge(shard.node(), shard.load(), Double::sum));
        var machines = new HashMap<>(others.get());
        var look = vitals.get();
        machines.put(node, new Resources(look.cores(), look.processLoad(), look.diskUsable()));
        var nodes = new TreeMap<>(state.nodes())
                .values().stream()
                        .map(each -> node(each, machines.get(each.name()), loads.getOrDefault(each.name(), 0.0)))
                        .toList();
        long moved = state.plans().all().stream()
                .filter(plan -> nowMillis - plan.sinceMillis() < HOUR_MILLIS)
                .mapToLong(Plan::bytesMoved)
                .sum();
        return new ClusterView(nowMillis, shards, nodes, announced, moved, experience);
    }

    static ShardId id(Log log, Shard shard) {
        return new ShardId(log.incarnation(), shard.number());
    }

    private static NodeView node(ClusterNode node, @Nullable Resources machine, double load) {
        return machine == null
                ? new NodeView(node.name(), CORES_UNKNOWN * CAPACITY_PER_CORE, ROOM_UNKNOWN, 0, node.draining())
                : new NodeView(node.name(), capacity(machine, load), machine.diskUsable(), 0, node.draining());
    }

    private static double capacity(Resources machine, double load) {
        return machine.processLoad() >= MEASURABLE_CPU && load > 0
                ? load / machine.processLoad()
                : Math.max(CORES_UNKNOWN, machine.cores()) * CAPACITY_PER_CORE;
    }

    private ShardView shard(ClusterState state, Log log, Shard shard, @Nullable Totals held, long nowMillis) {
        var name = Accesses.name(log.incarnation(), shard.number());
        var known = forecasts.of(name);
        var leader = state.group(shard).leader();
        return new ShardView(
                new io.forelog.manager.ShardId(log.name(), shard.number()),
                shard.range(),
                leader == null ? "" : leader,
                held == null ? 0 : held.bytes(),
                known.recent(),
                known.outlook(),
                curve(shard.range(), minutes.apply(name, CURVE_MINUTES)),
                Math.clamp((nowMillis - changedAt(state, log, shard)) / MINUTE_MILLIS, 0, Integer.MAX_VALUE),
                state.plans().changing(log.incarnation(), shard.number()) != null);
    }

    private static long changedAt(ClusterState state, Log log, Shard shard) {
        return state.plans().all().stream()
                .filter(plan -> plan.change().concerns(log.incarnation(), shard.number()))
                .mapToLong(Plan::sinceMillis)
                .reduce(log.createdAt(), Math::max);
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
        return new LoadCurve(range, slices, hot);
    }

    private static int slice(KeyRange range, long hash) {
        double position = unsigned(hash - range.from()) / (unsigned(range.last() - range.from()) + 1);
        return Math.clamp((int) (position * Period.SLICES), 0, Period.SLICES - 1);
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0 + (value & 1);
    }
}
