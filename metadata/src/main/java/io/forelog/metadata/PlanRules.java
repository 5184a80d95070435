package io.forelog.metadata;

import io.forelog.error.NoSuchShardException;
import io.forelog.error.PlanConflictException;
import io.forelog.plan.Cause;
import io.forelog.plan.Change;
import io.forelog.plan.Change.Child;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.plan.Route;
import java.util.List;
import java.util.OptionalLong;

/** What plans may do to the shard map, and what they do to it. Pure functions. */
final class PlanRules {

    private PlanRules() {}

    /** @throws PlanConflictException if the map, or another plan, does not allow this one now */
    static void requireAllowed(Plan plan, ClusterState state) {
        var change = plan.change();
        var log = state.log(change.log());
        if (log.incarnation() != change.incarnation()) {
            throw new PlanConflictException("log '" + change.log() + "' was deleted and created again");
        }
        if (plan.route().targetGroup() >= state.groups().size()) {
            throw new PlanConflictException("there is no group " + plan.route().targetGroup());
        }
        for (int number : change.shards()) {
            requireFree(plan, shard(log, number), log, state);
        }
        switch (plan.kind()) {
            case SPLIT -> children(plan, log);
            case MERGE -> children(plan, log);
            case MOVE -> requireElsewhere(plan, log);
            case ARCHIVE, PIN -> {}
        }
    }

    private static Shard shard(Log log, int number) {
        var shard = log.shards().shard(number);
        if (shard == null) {
            throw new NoSuchShardException(log.name(), number);
        }
        return shard;
    }

    private static void requireFree(Plan plan, Shard shard, Log log, ClusterState state) {
        boolean isAllowed = shard.isOpen() || plan.kind() == PlanKind.ARCHIVE && shard.state() == ShardState.SEALED;
        if (!isAllowed) {
            throw new PlanConflictException("shard " + shard.number() + " of '" + log.name() + "' is " + shard.state()
                    + ", and must be OPEN" + (plan.kind() == PlanKind.ARCHIVE ? " or SEALED" : ""));
        }
        var other = state.plans().changing(log.incarnation(), shard.number());
        if (other != null && other.id() != plan.undoes()) {
            throw new PlanConflictException("plan " + other.id() + ", a " + other.kind() + " in " + other.state()
                    + ", concerns shard " + shard.number() + " of '" + log.name() + "'");
        }
    }

    private static void requireElsewhere(Plan plan, Log log) {
        var shard = shard(log, plan.change().shards().getFirst());
        if (shard.group() != plan.route().sourceGroup()
                || shard.group() == plan.route().targetGroup()) {
            throw new PlanConflictException("shard " + shard.number() + " of '" + log.name() + "' is in group "
                    + shard.group() + "; it moves from there, to another");
        }
    }

    /** Returns the shards that take over, with the numbers that are next. */
    static List<Child> children(Plan plan, Log log) {
        var change = plan.change();
        int next = log.shards().shards().size();
        var first = shard(log, change.shards().getFirst());
        int target = plan.route().moves() ? plan.route().targetGroup() : first.group();
        if (plan.kind() == PlanKind.SPLIT) {
            long at = change.at().orElseThrow();
            if (at == first.range().from() || !first.range().contains(at)) {
                throw new PlanConflictException("a split of shard " + first.number() + ", " + first.range()
                        + ", is at a hash above its lowest, not at " + KeyRange.hex(at));
            }
            return List.of(
                    new Child(next, first.range().from(), at - 1, first.group()),
                    new Child(next + 1, at, first.range().last(), target));
        }
        var second = shard(log, change.shards().getLast());
        if (!first.range().isFollowedBy(second.range())) {
            throw new PlanConflictException("the ranges of shards " + first.number() + " and " + second.number() + ", "
                    + first.range() + " and " + second.range() + ", are no neighbours in this order");
        }
        return List.of(new Child(next, first.range().from(), second.range().last(), target));
    }

    /** Returns whether another plan of the log is about to make shards. */
    static boolean mustWait(Plan plan, ClusterState state) {
        return plan.reshapes()
                && state.plans()
                                .active(other -> other.id() != plan.id()
                                        && other.reshapes()
                                        && other.state() == PlanState.CUTOVER
                                        && other.change().incarnation()
                                                == plan.change().incarnation())
                        != null;
    }

    static boolean isCut(Plan plan) {
        return plan.reshapes() || plan.kind() == PlanKind.ARCHIVE
                ? plan.cutover().isComplete(plan.change())
                : plan.cutover().opened().containsAll(plan.change().shards());
    }

    /** Returns the state with the map as the plan makes it; the plan is watched from here on. */
    static ClusterState cut(Plan plan, int epochBase, long atMillis, ClusterState state) {
        var log = state.log(plan.change().log());
        var next = state.with(log.with(changed(plan, epochBase, log.shards())));
        var book = next.plans().with(plan.to(PlanState.WATCH, atMillis, ""));
        var undone = book.find(plan.undoes());
        if (undone != null && undone.state() == PlanState.WATCH) {
            book = book.with(undone.to(PlanState.ROLLED_BACK, atMillis, "by plan " + plan.id()));
        }
        return next.with(book);
    }

    private static ShardMap changed(Plan plan, int epochBase, ShardMap map) {
        var change = plan.change();
        var only = map.shards().get(change.shards().getFirst());
        return switch (plan.kind()) {
            case SPLIT, MERGE ->
                map.succeeded(
                        change.shards(),
                        change.children().stream()
                                .map(child -> new Shard(
                                        child.number(),
                                        ShardState.OPEN,
                                        new KeyRange(child.from(), child.last()),
                                        child.group(),
                                        change.shards(),
                                        List.of()))
                                .toList());
            case MOVE -> map.with(only.movedTo(plan.route().targetGroup(), epochBase));
            // Of an open shard what is sealed goes; the shard itself stays what it is.
            case ARCHIVE -> only.isOpen() ? map : map.with(only.in(ShardState.ARCHIVED));
            case PIN -> map;
        };
    }

    /** Returns the plan that takes another back. */
    static Plan opposite(Plan plan, Cause cause, long atMillis, ClusterState state) {
        var change = plan.change();
        var route = plan.route();
        var children = change.children().stream().map(Child::number).toList();
        var undoing =
                switch (plan.kind()) {
                    case SPLIT ->
                        Plan.of(
                                PlanKind.MERGE,
                                cause,
                                into(change, children, OptionalLong.empty()),
                                Route.NONE,
                                plan.expected(),
                                atMillis);
                    case MERGE -> {
                        var upper =
                                shard(state.log(change.log()), change.shards().getLast());
                        yield Plan.of(
                                PlanKind.SPLIT,
                                cause,
                                into(
                                        change,
                                        children,
                                        OptionalLong.of(upper.range().from())),
                                new Route(
                                        route.target(),
                                        change.children().getFirst().group(),
                                        route.source(),
                                        upper.group()),
                                plan.expected(),
                                atMillis);
                    }
                    case MOVE ->
                        Plan.of(
                                PlanKind.MOVE,
                                cause,
                                change,
                                new Route(route.target(), route.targetGroup(), route.source(), route.sourceGroup()),
                                plan.expected(),
                                atMillis);
                    case ARCHIVE, PIN ->
                        throw new PlanConflictException(
                                "a plan of kind " + plan.kind() + " is not rolled back: it changes no owner");
                };
        return undoing.undoing(plan.id());
    }

    private static Change into(Change change, List<Integer> shards, OptionalLong at) {
        return new Change(change.log(), change.incarnation(), shards, at, List.of());
    }
}
