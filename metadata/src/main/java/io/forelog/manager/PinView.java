package io.forelog.manager;

import io.forelog.plan.Cause;
import io.forelog.plan.Plan;

/**
 * A key whose reads are spread over more nodes than its shard's leader, as the decision sees it.
 *
 * @param plan that did it, and is ended to take it back
 * @param targetLoad reads a second that the others were to take over
 * @param byHand whether someone asked for it, and not the manager
 */
public record PinView(long plan, ShardId shard, String key, double targetLoad, boolean byHand) {

    /** Returns what a plan of that kind pins. */
    public static PinView of(Plan plan) {
        var change = plan.change();
        return new PinView(
                plan.id(),
                new ShardId(change.log(), change.shards().getFirst()),
                change.key(),
                plan.expected().cost().targetLoad(),
                plan.cause() == Cause.BY_HAND);
    }

    /** Returns whether its replicas are too few, each taking up to {@code limit}, so that all nodes' caches help. */
    public boolean isEverywhere(int replicas, double limit) {
        return byHand || replicas < 2 || targetLoad > (replicas - 1) * limit;
    }
}
