package io.forelog.server.control;

import io.forelog.cache.ReadPath;
import io.forelog.manager.Descriptor;
import io.forelog.manager.PinView;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.plan.Cause;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.record.GlobalAddress;
import io.forelog.record.KeyHash;
import io.forelog.server.route.NewestOfKey;
import io.forelog.statistics.Dimension;
import io.forelog.statistics.Period;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps at hand, on this node as on every other, what hot keys have newest. A key that no split can divide is pinned by
 * a plan: its newest record is read again and again, so that it stays in the local cache, wherever the shard is led,
 * and each node is one more that answers for it; where the shard's replicas are enough, each of those. What a node
 * shall take by a predicted split is warmed once, before.
 *
 * <p>Safe for use by any thread; never blocks.
 */
public final class HotPins {

    private static final Logger LOG = LoggerFactory.getLogger(HotPins.class);
    /** A pin by hand is renewed by whoever wants it for longer: load wanders. */
    private static final Duration PINNED = Duration.ofHours(1);

    private static final int PINS_MAX = 64;
    private static final int WARMED_MAX = 32;
    private static final int MINUTES = 15;

    private final String node;
    private final MetadataStore metadata;
    private final NewestOfKey newest;
    private final ReadPath reads;
    private final ShardStatistics statistics;

    /** @param node this node's name */
    public HotPins(
            String node, MetadataStore metadata, NewestOfKey newest, ReadPath reads, ShardStatistics statistics) {
        this.node = node;
        this.metadata = metadata;
        this.newest = newest;
        this.reads = reads;
        this.statistics = statistics;
    }

    /** Reads what is pinned; called about once a second. */
    public void tick() {
        var state = metadata.state();
        var newestFirst = List.copyOf(state.plans().all()).reversed();
        newestFirst.stream()
                .filter(plan -> nodes(plan, state).contains(node))
                .limit(PINS_MAX)
                .forEach(plan -> {
                    var log = state.find(plan.change().incarnation());
                    if (log != null) {
                        pinned(log, plan).forEach(key -> warm(log, key));
                    }
                });
    }

    /** Where keys have a locality prefix, that is what no split divides: the hottest keys that have it are read. */
    private List<String> pinned(Log log, Plan plan) {
        var pinned = plan.change().key();
        var delimiter = log.settings().keyDelimiter();
        if (delimiter == null || delimiter.isEmpty()) {
            return List.of(pinned);
        }
        var bytes = pinned.getBytes(StandardCharsets.UTF_8);
        var name = Accesses.name(
                log.incarnation(), log.shards().shardOf(KeyHash.of(bytes)).number());
        return Stream.concat(
                        Stream.of(pinned),
                        hot(name, statistics.minutes(name, MINUTES)).stream()
                                .filter(key -> key.startsWith(pinned + delimiter)))
                .distinct()
                .toList();
    }

    /** Returns whether a plan pins its key now. */
    private static boolean holds(Plan plan) {
        return plan.kind() == PlanKind.PIN && plan.state() == PlanState.WATCH;
    }

    /** Returns whether a plan that pins a key has done so for as long as was asked for; the manager ends its own. */
    static boolean isOver(Plan plan, long nowMillis) {
        return plan.cause() == Cause.BY_HAND && nowMillis - plan.sinceMillis() >= PINNED.toMillis();
    }

    /** Returns the nodes that serve what a plan pins now; none if it pins nothing, or its shard is gone. */
    public static Set<String> nodes(Plan plan, ClusterState state) {
        var log = holds(plan) ? state.find(plan.change().incarnation()) : null;
        var shard = log == null
                ? null
                : log.shards().shard(plan.change().shards().getFirst());
        if (shard == null) {
            return Set.of();
        }
        var holders = state.group(shard).holders();
        double limit = Policies.of(state.policy()).shardLimit();
        return PinView.of(plan).isEverywhere(holders.size(), limit)
                ? state.nodes().keySet()
                : Set.copyOf(holders);
    }

    /** Completes once this node has at hand what the upper part of a split, which it shall take, has hottest. */
    public CompletableFuture<Void> prepare(Descriptor descriptor) {
        var log = metadata.state().find(descriptor.parent().log());
        if (log == null) {
            return CompletableFuture.completedFuture(null);
        }
        var upper = new KeyRange(descriptor.at(), descriptor.range().last());
        var name = Accesses.name(log.incarnation(), descriptor.parent().shard());
        var hot = hot(name, statistics.minutes(name, MINUTES)).stream()
                .filter(key -> upper.contains(hash(log, key)))
                .toList();
        LOG.info(
                "{} hot keys of {} are made ready for a split at {}",
                hot.size(),
                descriptor.parent(),
                KeyRange.hex(descriptor.at()));
        return CompletableFuture.allOf(hot.stream().map(key -> warm(log, key)).toArray(CompletableFuture[]::new));
    }

    private List<String> hot(String name, List<Period> here) {
        var everywhere = statistics.cluster().store().minutes(name);
        var minutes = everywhere.isEmpty()
                ? here
                : everywhere.subList(Math.max(0, everywhere.size() - MINUTES), everywhere.size());
        return minutes.stream().reduce(Period::plus).stream()
                .flatMap(sum -> sum.mostFrequent(Dimension.KEY, WARMED_MAX).stream())
                .map(each -> each.name())
                .toList();
    }

    private static long hash(Log log, String key) {
        return KeyHash.of(key.getBytes(StandardCharsets.UTF_8), log.settings().keyDelimiter());
    }

    private CompletableFuture<Void> warm(Log log, String key) {
        return newest.of(log, key.getBytes(StandardCharsets.UTF_8))
                .thenCompose(address -> address == null
                        ? CompletableFuture.completedFuture(null)
                        : reads.read(new GlobalAddress(log.incarnation(), address.shard(), address.offset()))
                                .<Void>thenApply(answer -> null))
                .exceptionally(failure -> {
                    LOG.debug("the key '{}' of '{}' is not warmed now", key, log.name(), failure);
                    return null;
                });
    }
}
