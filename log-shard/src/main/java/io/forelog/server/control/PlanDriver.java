package io.forelog.server.control;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Cause;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings plans on where this node leads the metadata: lets their copies and cutovers begin, which the leaders of their
 * groups carry out, has what came of it looked over and takes back what is not as it must be, and ends their watch. It
 * keeps nothing but what is on its way, so that another leader goes on where this one stopped. Safe for use by any
 * thread; never blocks.
 */
public final class PlanDriver {

    private static final Logger LOG = LoggerFactory.getLogger(PlanDriver.class);

    private final MetadataStore metadata;
    private final BooleanSupplier leads;
    private final Duration watch;
    private final Function<Plan, CompletableFuture<List<Check>>> checks;
    private final Clock clock;

    /** Guarded by itself. */
    private final PlanLimits limits = new PlanLimits();

    /** Plans of which a step is on its way. */
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param leads whether this node leads the metadata
     * @param watch how long a plan can be rolled back after its cutover
     * @param checks looks over a plan after its cutover; fails if it cannot be done now
     */
    public PlanDriver(
            MetadataStore metadata,
            BooleanSupplier leads,
            Duration watch,
            Function<Plan, CompletableFuture<List<Check>>> checks,
            Clock clock) {
        this.metadata = metadata;
        this.leads = leads;
        this.watch = watch;
        this.checks = checks;
        this.clock = clock;
        metadata.watch((before, after) -> {
            if (before.plans() != after.plans()) {
                advance(after);
            }
        });
    }

    /** Begins what is due; called about once a second. */
    public void tick() {
        advance(metadata.state());
    }

    private void advance(ClusterState state) {
        if (!leads.getAsBoolean()) {
            return;
        }
        for (var plan : state.plans().all()) {
            var overdue = overdue(plan);
            if (overdue.isPresent()) {
                giveUp(plan, overdue.get());
                continue;
            }
            switch (plan.state()) {
                case PREPARE -> take(plan, prepared(plan));
                case WATCH -> watch(plan, state);
                case CUTOVER -> pin(plan);
                case COPY, CATCH_UP, VERIFY, DONE, CANCELLED, ROLLED_BACK, FAILED -> {}
            }
        }
        synchronized (limits) {
            limits.retain(state.plans().all());
        }
    }

    private Optional<String> overdue(Plan plan) {
        synchronized (limits) {
            return limits.overdue(plan, clock.millis());
        }
    }

    /** Nobody's appends are concerned: every node sees the plan, and does its part from then on. */
    private void pin(Plan plan) {
        if (plan.kind() == PlanKind.PIN) {
            take(plan, new PlanCommand.Cut(plan.id(), List.of(), plan.change().shards(), 0, clock.millis()));
        }
    }

    /** Nothing has changed for anyone yet, and whoever wants the plan can begin it again. */
    private void giveUp(Plan plan, String why) {
        var end = new PlanCommand.Advance(
                plan.id(), plan.state(), PlanState.FAILED, clock.millis(), why, List.of(), plan.bytesMoved());
        if (take(plan, end)) {
            LOG.warn("plan {}, a {} in {}, is given up: {}", plan.id(), plan.kind(), plan.state(), why);
        }
    }

    private PlanCommand prepared(Plan plan) {
        return plan.kind() == PlanKind.MOVE || plan.kind() == PlanKind.ARCHIVE
                ? new PlanCommand.Advance(
                        plan.id(), PlanState.PREPARE, PlanState.COPY, clock.millis(), "", List.of(), 0)
                : new PlanCommand.CutOver(plan.id(), PlanState.PREPARE, clock.millis(), List.of());
    }

    /** A plan is looked over once; what is not as it must be takes it back. */
    private void watch(Plan plan, ClusterState state) {
        boolean isUndone = state.plans().active(other -> other.undoes() == plan.id()) != null;
        if (!plan.isValidated()) {
            validate(plan);
        } else if (!isUndone && plan.isInvalid() && isTakenBack(plan)) {
            take(plan, new PlanCommand.RollBack(plan.id(), Cause.VALIDATION, clock.millis()));
        } else if (!isUndone && isOver(plan)) {
            take(
                    plan,
                    new PlanCommand.Advance(
                            plan.id(),
                            PlanState.WATCH,
                            PlanState.DONE,
                            clock.millis(),
                            "",
                            List.of(),
                            plan.bytesMoved()));
        }
    }

    /** A key stays pinned while it is watched: the manager ends that when it has cooled. */
    private boolean isOver(Plan plan) {
        long now = clock.millis();
        return plan.kind() == PlanKind.PIN
                ? HotPins.isOver(plan, now)
                : now - plan.sinceMillis() >= watch.toMillis();
    }

    /** The way back is taken once: a plan that fails on it stays, to be looked into. */
    private boolean isTakenBack(Plan plan) {
        boolean mayBe = plan.undoes() == 0 && (plan.reshapes() || plan.kind() == PlanKind.MOVE);
        return mayBe && clock.millis() - plan.sinceMillis() < watch.toMillis();
    }

    private void validate(Plan plan) {
        if (underWay.add(plan.id())) {
            checks.apply(plan)
                    .thenCompose(found -> {
                        found.stream()
                                .filter(check -> !check.passed())
                                .forEach(check -> LOG.error(
                                        "plan {} is not valid: {}: {}", plan.id(), check.name(), check.detail()));
                        return metadata.submit(new ChangePlan(new PlanCommand.Validated(plan.id(), found)));
                    })
                    .whenComplete((state, failure) -> taken(plan, failure));
        }
    }

    private boolean take(Plan plan, PlanCommand step) {
        boolean isFree = underWay.add(plan.id());
        if (isFree) {
            metadata.submit(new ChangePlan(step)).whenComplete((state, failure) -> taken(plan, failure));
        }
        return isFree;
    }

    private void taken(Plan plan, @Nullable Throwable failure) {
        underWay.remove(plan.id());
        if (failure != null) {
            LOG.info("a step of plan {} is tried again soon: {}", plan.id(), failure.toString());
        }
    }
}
