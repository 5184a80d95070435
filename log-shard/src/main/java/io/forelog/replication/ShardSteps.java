package io.forelog.replication;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Applies steps of plans to a group's shards. What a step finds done already it leaves as it is: a step may come twice,
 * from a leader that did not hear what became of the first, and again after a crash.
 */
final class ShardSteps {

    private final String self;
    private final GroupShards shards;
    private final ShardCopy copy;
    private final BooleanSupplier closed;

    /** @param closed whether the group has stopped, so that nothing is waited for any more */
    ShardSteps(String self, GroupShards shards, ShardCopy copy, BooleanSupplier closed) {
        this.self = self;
        this.shards = shards;
        this.copy = copy;
        this.closed = closed;
    }

    GroupAnswer apply(ShardChange step, int term) {
        return switch (step) {
            case ShardChange.Succeed succeed -> succeed(succeed);
            case ShardChange.Inherit inherit -> inherit(inherit);
            case ShardChange.Release release -> release(release, term);
            case ShardChange.Adopt adopt -> adopt(adopt, term);
            case ShardChange.Keep keep -> keep(keep);
            case ShardChange.Forget forget -> forget(forget);
        };
    }

    private GroupAnswer succeed(ShardChange.Succeed step) {
        var parents = new ArrayList<AppliedShard>();
        for (int number : step.parents()) {
            var parent = shards.find(new ShardId(step.log(), number));
            if (parent == null || parent.standing() instanceof Standing.Released) {
                return new GroupAnswer.NotOpen();
            }
            if (parent.standing() instanceof Standing.Open && isKept(parent, step)) {
                return new GroupAnswer.NotOpen();
            }
            if (parent.standing() instanceof Standing.Sealed(var others) && !others.equals(step.children())) {
                return new GroupAnswer.Sealed(others);
            }
            parents.add(parent);
        }
        parents.forEach(parent -> parent.seal(step.children(), step.plan()));
        var origins = ProducerTable.inherited(
                step.elder(), parents.stream().map(AppliedShard::producers).toList());
        for (int number : step.opened()) {
            open(step.plan(), new ShardId(step.log(), number), step.logName(), origins);
        }
        return new GroupAnswer.Done();
    }

    private GroupAnswer inherit(ShardChange.Inherit step) {
        open(step.plan(), step.child(), step.logName(), step.origins());
        return new GroupAnswer.Done();
    }

    private void open(long plan, ShardId child, String logName, List<Origin> origins) {
        if (shards.find(child) == null) {
            shards.hold(new ShardImage(child, logName, 0, 0, plan, Standing.OPEN, List.of(), origins));
        }
    }

    private GroupAnswer release(ShardChange.Release step, int term) {
        var shard = shards.find(step.shard());
        if (shard == null) {
            return new GroupAnswer.NotOpen();
        }
        return switch (shard.standing()) {
            case Standing.Open() when isKept(shard, step) -> new GroupAnswer.NotOpen();
            case Standing.Open() -> {
                shard.release(step.plan(), term);
                yield new GroupAnswer.Done();
            }
            case Standing.Sealed(var children) -> new GroupAnswer.Sealed(children);
            case Standing.Released(var by, var epoch) ->
                by == step.plan() ? new GroupAnswer.Done() : new GroupAnswer.NotOpen();
        };
    }

    private static boolean isKept(AppliedShard shard, ShardChange step) {
        return shard.plan() >= step.plan();
    }

    private GroupAnswer keep(ShardChange.Keep step) {
        var kept = new ArrayList<AppliedShard>();
        for (int number : step.shards()) {
            var shard = shards.find(new ShardId(step.log(), number));
            if (shard == null || !(shard.standing() instanceof Standing.Open)) {
                return new GroupAnswer.NotOpen();
            }
            kept.add(shard);
        }
        kept.forEach(shard -> shard.keep(step.plan()));
        return new GroupAnswer.Done();
    }

    /** The records below its end are committed: this replica waits until it has them all. */
    private GroupAnswer adopt(ShardChange.Adopt step, int term) {
        var known = shards.find(step.shard());
        boolean adopted = known != null && known.plan() >= step.plan();
        if (!adopted) {
            var replica = shards.claimed(step.shard(), step.logName());
            copy.fillFrom(
                    replica,
                    step.end(),
                    step.sources().stream().filter(node -> !node.equals(self)).toList(),
                    closed);
            // No log of this group has them: once the source lets them go, this is all that there is.
            if (replica.log().forcedOffset() < step.end()) {
                replica.log().force();
            }
            shards.hold(new ShardImage(
                    step.shard(),
                    step.logName(),
                    step.end(),
                    Math.max(0, step.epochMin() - term),
                    step.plan(),
                    Standing.OPEN,
                    step.producers(),
                    step.origins()));
        }
        return new GroupAnswer.Done();
    }

    private GroupAnswer forget(ShardChange.Forget step) {
        var shard = shards.find(step.shard());
        if (shard != null && shard.standing() instanceof Standing.Released(var by, var epoch) && by == step.plan()) {
            shards.forget(step.shard(), step.plan());
        }
        return new GroupAnswer.Done();
    }
}
