package io.forelog.server.control;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings plans on where this node leads the metadata: lets their copies and cutovers begin, which the leaders of their
 * groups carry out, and ends their watch. It keeps nothing but what is on its way, so that another leader goes on where this one
 * stopped. Safe for use by any thread; never blocks.
 */
public final class PlanDriver {

    private static final Logger LOG = LoggerFactory.getLogger(PlanDriver.class);

    private final MetadataStore metadata;
    private final BooleanSupplier leads;
    private final Duration watch;
    private final Clock clock;

    /** Plans of which a step is on its way. */
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    /**
     * @param leads whether this node leads the metadata
     * @param watch how long a plan can be rolled back after its cutover
     */
    public PlanDriver(MetadataStore metadata, BooleanSupplier leads, Duration watch, Clock clock) {
        this.metadata = metadata;
        this.leads = leads;
        this.watch = watch;
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
            switch (plan.state()) {
                case PREPARE -> take(plan, prepared(plan));
                case WATCH -> watch(plan, state);
                case COPY, CATCH_UP, VERIFY, CUTOVER, DONE, CANCELLED, ROLLED_BACK, FAILED -> {}
            }
        }
    }

    private PlanCommand prepared(Plan plan) {
        return plan.kind() == PlanKind.MOVE
                ? new PlanCommand.Advance(
                        plan.id(), PlanState.PREPARE, PlanState.COPY, clock.millis(), "", List.of(), 0)
                : new PlanCommand.CutOver(plan.id(), PlanState.PREPARE, clock.millis(), List.of());
    }

    private void watch(Plan plan, ClusterState state) {
        boolean isOver = clock.millis() - plan.sinceMillis() >= watch.toMillis();
        if (isOver && state.plans().active(other -> other.undoes() == plan.id()) == null) {
            take(plan, new PlanCommand.Advance(
                    plan.id(), PlanState.WATCH, PlanState.DONE, clock.millis(), "", List.of(), plan.bytesMoved()));
        }
    }

    private void take(Plan plan, PlanCommand step) {
        if (underWay.add(plan.id())) {
            metadata.submit(new ChangePlan(step)).whenComplete((state, failure) -> {
                underWay.remove(plan.id());
                if (failure != null) {
                    LOG.info("a step of plan {} is tried again soon: {}", plan.id(), failure.toString());
                }
            });
        }
    }
}
