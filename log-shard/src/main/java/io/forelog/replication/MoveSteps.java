package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import io.forelog.replication.PauseListener.Part;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of a group does for moves. That of the target follows the copy on its own node, lets the cutover
 * begin once it has nearly all, and takes the shard over where the source ended it; that of the source ends it, and
 * lets go of its copy once nobody can return to it. Each looks at nothing but the metadata and its group, so whoever
 * leads next goes on. Safe for use by any thread.
 */
final class MoveSteps {

    private static final Logger LOG = LoggerFactory.getLogger(MoveSteps.class);

    /** Records that may be missing when appends are stopped: a few milliseconds of copying. */
    private static final long LAG_MAX = 1_000;

    private static final long REPORT_MILLIS = 1_000;

    private final int group;
    private final String self;
    private final MetadataStore metadata;
    private final GroupMachine machine;
    private final PlanParts parts;
    private final CutoverTimes times;
    private final Supplier<CompletableFuture<Void>> barrier;
    private final Function<ShardChange, CompletableFuture<GroupAnswer>> submit;
    private final InstantSource clock;

    /** Plans of which a step is on its way. */
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();

    /** Plans whose shard was released here; the metadata is told so only if nobody takes it over soon. */
    private final Set<Long> released = ConcurrentHashMap.newKeySet();

    private volatile long reportedAt;

    MoveSteps(
            int group,
            String self,
            MetadataStore metadata,
            GroupMachine machine,
            PlanParts parts,
            CutoverTimes times,
            Supplier<CompletableFuture<Void>> barrier,
            Function<ShardChange, CompletableFuture<GroupAnswer>> submit,
            InstantSource clock) {
        this.group = group;
        this.self = self;
        this.metadata = metadata;
        this.machine = machine;
        this.parts = parts;
        this.times = times;
        this.barrier = barrier;
        this.submit = submit;
        this.clock = clock;
    }

    /** Forgets what is on its way: another leader takes it up. */
    void resign() {
        underWay.clear();
        released.clear();
    }

    /** Begins what is due in this state. Never blocks. */
    void advance(ClusterState state) {
        for (var plan : state.plans().all()) {
            if (plan.kind() == PlanKind.MOVE && state.find(plan.change().incarnation()) != null) {
                advance(plan, state);
            }
        }
    }

    private void advance(Plan plan, ClusterState state) {
        boolean isSource = plan.route().sourceGroup() == group;
        boolean isTarget = plan.route().targetGroup() == group;
        switch (plan.state()) {
            case COPY, CATCH_UP, VERIFY -> {
                if (isTarget) {
                    follow(plan, state);
                }
            }
            case CUTOVER -> {
                // Both at once: that of the target waits for the source's last entry, and not for the metadata to say
                // so.
                if (isSource && plan.cutover().sealed().isEmpty()) {
                    end(plan);
                } else if (isTarget) {
                    take(plan, () -> adopt(plan));
                }
            }
            case DONE -> {
                if (isSource && isReleased(plan)) {
                    take(plan, () -> submit.apply(new ShardChange.Forget(plan.id(), shard(plan)))
                            .thenApply(answer -> metadata.state()));
                }
            }
            case PREPARE, WATCH, CANCELLED, ROLLED_BACK, FAILED -> released.remove(plan.id());
        }
    }

    private static ShardId shard(Plan plan) {
        return new ShardId(plan.change().incarnation(), plan.change().shards().getFirst());
    }

    private boolean isReleased(Plan plan) {
        var shard = machine.find(shard(plan));
        return shard != null && shard.standing() instanceof Standing.Released(var by, var epoch) && by == plan.id();
    }

    private void follow(Plan plan, ClusterState state) {
        // A member of both groups has the one copy that there is.
        boolean shared =
                state.groups().get(plan.route().sourceGroup()).holders().contains(self);
        var copy = parts.feeds().of(plan.id());
        report(plan);
        if (!shared && copy == null) {
            return;
        }
        boolean isNear = shared || copy.lag() <= LAG_MAX;
        long now = clock.millis();
        switch (plan.state()) {
            case COPY ->
                take(
                        plan,
                        () -> change(new PlanCommand.Advance(
                                plan.id(),
                                PlanState.COPY,
                                PlanState.CATCH_UP,
                                now,
                                shared ? "the target's leader has a replica already" : copy.end() + " records",
                                List.of(),
                                parts.feeds().copiedBytes(plan.id()))));
            case CATCH_UP -> {
                if (isNear) {
                    take(
                            plan,
                            () -> change(new PlanCommand.Advance(
                                    plan.id(),
                                    PlanState.CATCH_UP,
                                    PlanState.VERIFY,
                                    now,
                                    "",
                                    List.of(),
                                    parts.feeds().copiedBytes(plan.id()))));
                }
            }
            default -> {
                if (isNear) {
                    var check = shared
                            ? new Check("copy", true, "source and target share the replica of " + self)
                            : new Check(
                                    "copy", true, copy.end() + " records agree by digest, " + copy.lag() + " to come");
                    take(plan, () -> parts.feeds().sampled(plan, state)
                            .thenCompose(samples -> change(
                                    samples.passed()
                                            ? new PlanCommand.CutOver(
                                                    plan.id(), PlanState.VERIFY, now, List.of(check, samples))
                                            : failed(plan, samples, now))));
                }
            }
        }
    }

    /** Nothing has changed for anyone yet: what is wrong is a copy that nobody reads. */
    private static PlanCommand failed(Plan plan, Check why, long now) {
        return new PlanCommand.Advance(
                plan.id(), PlanState.VERIFY, PlanState.FAILED, now, why.detail(), List.of(why), 0);
    }

    /** Tells about once a second how much was copied. */
    private void report(Plan plan) {
        long bytes = parts.feeds().copiedBytes(plan.id());
        long now = clock.millis();
        if (bytes > plan.bytesMoved() && now - reportedAt >= REPORT_MILLIS) {
            reportedAt = now;
            change(new PlanCommand.Measured(plan.id(), bytes, 0)).exceptionally(failure -> {
                LOG.info(
                        "plan {}: {} bytes are copied, which could not be told: {}",
                        plan.id(),
                        bytes,
                        failure.toString());
                return metadata.state();
            });
        }
    }

    /**
     * A shard ends when somebody who can take it over waits for that; if nobody does for too long, it stays. Once it
     * has ended there is only the way on.
     */
    private void end(Plan plan) {
        if (isReleased(plan) || parts.images().isAwaited(group, shard(plan), plan.id())) {
            take(plan, () -> release(plan));
        } else if (times.isOver(plan.id())) {
            take(plan, () -> keep(plan));
        }
    }

    private CompletableFuture<ClusterState> keep(Plan plan) {
        var change = plan.change();
        return submit.apply(new ShardChange.Keep(plan.id(), change.incarnation(), change.shards()))
                .thenCompose(answer -> {
                    if (answer instanceof GroupAnswer.Done) {
                        return change(times.givenUp(plan, clock.millis()));
                    }
                    times.again(plan.id());
                    return CompletableFuture.completedFuture(metadata.state());
                });
    }

    private CompletableFuture<ClusterState> release(Plan plan) {
        if (released.contains(plan.id())) {
            return change(cut(plan, plan.change().shards(), List.of()));
        }
        parts.pauses().begin(plan.id());
        long began = parts.pauses().nanoTime();
        return submit.apply(new ShardChange.Release(plan.id(), shard(plan))).thenApply(answer -> {
            requireDone(answer);
            parts.pauses().took(Part.END, plan.id(), began);
            released.add(plan.id());
            return metadata.state();
        });
    }

    private CompletableFuture<ClusterState> adopt(Plan plan) {
        var sources = metadata.state().groups().get(plan.route().sourceGroup()).holders();
        // Whoever asks must be able to take it over: the source ends then.
        return parts.feeds()
                .catchUp(plan, metadata.state())
                .thenCompose(near -> barrier.get())
                .thenCompose(led -> {
                    long began = parts.pauses().nanoTime();
                    return parts.images()
                            .of(plan.route().sourceGroup(), shard(plan), plan.id())
                            .thenCompose(image -> {
                                long learned = parts.pauses().took(Part.LEARN, plan.id(), began);
                                return adopt(plan, image, sources, learned);
                            });
                });
    }

    private CompletableFuture<ClusterState> adopt(Plan plan, ShardImage image, List<String> sources, long learned) {
        return parts.feeds().complete(plan, image.end(), metadata.state()).thenCompose(complete -> {
            long copied = parts.pauses().took(Part.COPY, plan.id(), learned);
            return submit.apply(adoption(plan, image, sources)).thenCompose(answer -> {
                requireDone(answer);
                return opened(plan, parts.pauses().took(Part.OPEN, plan.id(), copied));
            });
        });
    }

    private CompletableFuture<ClusterState> opened(Plan plan, long since) {
        var shards = plan.change().shards();
        return change(cut(plan, shards, shards)).thenApply(state -> {
            parts.pauses().took(Part.NAME, plan.id(), since);
            return state;
        });
    }

    private static ShardChange adoption(Plan plan, ShardImage image, List<String> sources) {
        if (!(image.standing() instanceof Standing.Released(var by, var epoch))) {
            throw new IllegalStateException("shard " + image.id() + " was not released");
        }
        var bounded = Inheritance.bounded(image.withSelf());
        boolean hasOwn =
                !bounded.isEmpty() && bounded.getLast().shard() == image.id().number();
        return new ShardChange.Adopt(
                plan.id(),
                image.id(),
                image.logName(),
                image.end(),
                epoch + 1,
                sources,
                hasOwn ? bounded.getLast().appended() : List.of(),
                hasOwn ? bounded.subList(0, bounded.size() - 1) : bounded);
    }

    private PlanCommand cut(Plan plan, List<Integer> sealed, List<Integer> opened) {
        var shard = machine.find(shard(plan));
        int base = opened.isEmpty() || shard == null ? 0 : shard.epochBase();
        return new PlanCommand.Cut(plan.id(), sealed, opened, base, clock.millis());
    }

    private static void requireDone(GroupAnswer answer) {
        if (!(answer instanceof GroupAnswer.Done)) {
            throw new IllegalStateException("it is answered by " + answer);
        }
    }

    private CompletableFuture<ClusterState> change(PlanCommand command) {
        return metadata.submit(new ChangePlan(command));
    }

    private interface Step {
        CompletableFuture<ClusterState> begin();
    }

    private void take(Plan plan, Step step) {
        if (!underWay.add(plan.id())) {
            return;
        }
        if (CutoverTimes.isPast(plan, metadata.state())) {
            // It was done while this thread came to it. Whoever came meanwhile, and was sent away, is due again.
            underWay.remove(plan.id());
            parts.again().run();
            return;
        }
        step.begin().whenComplete((state, failure) -> {
            underWay.remove(plan.id());
            if (failure != null) {
                LOG.info("group {}: a step of plan {} is tried again soon: {}", group, plan.id(), failure.toString());
                if (plan.state() == PlanState.CUTOVER) {
                    parts.later(times.retryPause(plan.id()));
                }
            } else {
                var known = state.plans().find(plan.id());
                if (known != null && !known.equals(plan)) {
                    advance(known, state);
                }
            }
        });
    }
}
