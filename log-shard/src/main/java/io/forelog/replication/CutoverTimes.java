package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long plans have been in their cutover, as whoever leads what they end sees it: another leader counts anew,
 * which gives a plan more time, and never less. Bounded by the plans under way. Safe for use by any thread.
 */
final class CutoverTimes {

    private static final Logger LOG = LoggerFactory.getLogger(CutoverTimes.class);

    private static final Duration RETRY_MIN = Duration.ofMillis(10);
    private static final Duration RETRY_MAX = Duration.ofMillis(250);

    private final Duration max;
    private final LongSupplier nanoTime;
    private final Map<Long, Long> since = new ConcurrentHashMap<>();

    CutoverTimes(Duration max, LongSupplier nanoTime) {
        this.max = max;
        this.nanoTime = nanoTime;
    }

    /** Returns whether a plan was seen in its cutover for too long; the first time that it is asked, it is not. */
    boolean isOver(long plan) {
        long now = nanoTime.getAsLong();
        return now - since.computeIfAbsent(plan, unseen -> now) > max.toNanos();
    }

    /**
     * Returns how long to wait with a step that failed: longer, the longer the cutover takes already. Callers wait for
     * the first tries; a cutover that waits for a node to come back is not to fill its group's log meanwhile.
     */
    Duration retryPause(long plan) {
        long now = nanoTime.getAsLong();
        long age = now - since.getOrDefault(plan, now);
        return Duration.ofNanos(Math.clamp(age / 4, RETRY_MIN.toNanos(), RETRY_MAX.toNanos()));
    }

    /** Returns whether a plan, or its cutover, has come further than who looks at it knows. */
    static boolean isPast(Plan plan, ClusterState state) {
        var known = state.plans().find(plan.id());
        return known == null
                || known.state() != plan.state()
                || !known.cutover().equals(plan.cutover());
    }

    /** Counts anew: its shards have ended, and it goes on. */
    void again(long plan) {
        since.put(plan, nanoTime.getAsLong());
    }

    /** Forgets plans that are in no cutover any more. */
    void retain(ClusterState state) {
        since.keySet().removeIf(id -> {
            var plan = state.plans().find(id);
            return plan == null || plan.state() != PlanState.CUTOVER;
        });
    }

    void clear() {
        since.clear();
    }

    /** Returns what tells that a plan was given up: its shards take appends as before. */
    PlanCommand givenUp(Plan plan, long nowMillis) {
        var why = "its shards could not be handed over within " + max.toSeconds() + " s, and stay as they were";
        LOG.warn("plan {}, a {}, is given up in its cutover: {}", plan.id(), plan.kind(), why);
        return new PlanCommand.Advance(
                plan.id(), PlanState.CUTOVER, PlanState.FAILED, nowMillis, why, List.of(), plan.bytesMoved());
    }
}
