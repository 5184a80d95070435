package io.forelog.replication;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.ClusterState;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import io.forelog.raft.RaftRuntime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The children of splits and merges on this node, opened before their parents end: neither the entry that ends these
 * nor the first append after it waits for files. Those of a plan that was given up are deleted. Other members open
 * theirs meanwhile: the entry would wait for their disks too. Safe for use by any thread; bounded by the plans under
 * way.
 */
final class ReadyChildren {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyChildren.class);

    /** Until a member that is slow, or gone, is not waited for any more. Nobody's appends wait meanwhile. */
    private static final Duration OTHERS_MAX = Duration.ofMillis(500);

    private final String self;
    private final PeerShards peers;
    private final RaftRuntime runtime;
    private final Executor background;
    private final IntFunction<@Nullable GroupMachine> machines;
    private final Map<Long, Opened> plans = new ConcurrentHashMap<>();

    private record Opened(List<Child> children, CompletableFuture<Void> done) {}

    private record Child(ShardId shard, int group) {}

    /** @param background threads that may wait */
    ReadyChildren(
            String self,
            PeerShards peers,
            RaftRuntime runtime,
            Executor background,
            IntFunction<@Nullable GroupMachine> machines) {
        this.self = self;
        this.peers = peers;
        this.runtime = runtime;
        this.background = background;
        this.machines = machines;
    }

    /** Begins what is due in this state. Never blocks. */
    void tick(ClusterState state) {
        var wanted = new HashSet<Long>();
        for (var plan : state.plans().all()) {
            if (isDue(plan)) {
                wanted.add(plan.id());
                of(plan);
            }
        }
        plans.forEach((id, opened) -> {
            if (!wanted.contains(id) && plans.remove(id, opened)) {
                var plan = state.plans().find(id);
                // What was cut over is the group's as soon as this replica has come to that entry.
                if (plan != null && plan.state() == PlanState.FAILED) {
                    opened.done().thenRunAsync(() -> opened.children().forEach(this::delete), background);
                }
            }
        });
    }

    /** Completes once the children that this node will hold are open, or cannot be opened ahead. */
    CompletableFuture<Void> of(Plan plan) {
        return plans.computeIfAbsent(plan.id(), unseen -> {
                    var change = plan.change();
                    var children = change.children().stream()
                            .map(child -> new Child(new ShardId(change.incarnation(), child.number()), child.group()))
                            .toList();
                    return new Opened(
                            children,
                            CompletableFuture.runAsync(() -> children.forEach(child -> open(child, plan)), background));
                })
                .done();
    }

    /** As {@link #of}, for another node; fails if the plan is not in its cutover, as far as this one knows. */
    CompletableFuture<Void> of(long id, ClusterState state) {
        var plan = state.plans().find(id);
        return plan != null && isDue(plan)
                ? of(plan)
                : CompletableFuture.failedFuture(
                        new NoLeaderException(self + " does not know plan " + id + " in its cutover"));
    }

    /** Completes once all members have opened what they will hold, or have had their time. */
    CompletableFuture<Void> everywhere(Plan plan, ClusterState state) {
        return of(plan).thenCompose(here -> {
            var others = plan.change().children().stream()
                    .flatMap(child -> state.groups().get(child.group()).holders().stream())
                    .distinct()
                    .filter(node -> !node.equals(self))
                    .map(node -> prepared(node, plan.id()))
                    .toArray(CompletableFuture[]::new);
            var all = CompletableFuture.allOf(others);
            runtime.schedule(OTHERS_MAX, () -> all.complete(null));
            return all;
        });
    }

    private CompletableFuture<Void> prepared(String node, long plan) {
        return peers.prepared(node, plan).exceptionally(failure -> {
            LOG.info("plan {}: {} is not waited for: {}", plan, node, failure.toString());
            return null;
        });
    }

    private static boolean isDue(Plan plan) {
        return plan.state() == PlanState.CUTOVER && plan.reshapes();
    }

    private void open(Child child, Plan plan) {
        var machine = machines.apply(child.group());
        if (machine != null) {
            try {
                machine.prepare(child.shard(), plan.change().log());
            } catch (RuntimeException e) {
                LOG.info("plan {}: shard {} is opened when its turn comes: {}", plan.id(), child.shard(), e.toString());
            }
        }
    }

    private void delete(Child child) {
        var machine = machines.apply(child.group());
        if (machine != null) {
            machine.unfeed(child.shard());
        }
    }
}
