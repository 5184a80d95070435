package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
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
 * nor the first append after it waits for files. Those of a plan that was given up are deleted. Safe for use by any
 * thread; bounded by the plans under way.
 */
final class ReadyChildren {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyChildren.class);

    private final Executor background;
    private final IntFunction<@Nullable GroupMachine> machines;
    private final Map<Long, Opened> plans = new ConcurrentHashMap<>();

    private record Opened(List<Child> children, CompletableFuture<Void> done) {}

    private record Child(ShardId shard, int group) {}

    /** @param background threads that may wait */
    ReadyChildren(Executor background, IntFunction<@Nullable GroupMachine> machines) {
        this.background = background;
        this.machines = machines;
    }

    /** Begins what is due in this state. Never blocks. */
    void tick(ClusterState state) {
        var wanted = new HashSet<Long>();
        for (var plan : state.plans().all()) {
            if (plan.state() == PlanState.CUTOVER && plan.reshapes()) {
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
