package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand.Cut;
import io.forelog.plan.Change.Child;
import io.forelog.plan.Plan;
import io.forelog.plan.PlanState;
import io.forelog.replication.PauseListener.Part;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the leader of a group does for splits and merges in their cutover: puts the steps that concern its shards into
 * the group's log, and tells the metadata what came of them. It looks at nothing but the metadata, so whoever leads
 * next goes on where this one stopped. Safe for use by any thread.
 */
final class PlanSteps {

    private static final Logger LOG = LoggerFactory.getLogger(PlanSteps.class);

    /** What another group remembers of a shard whose appends it has ended. */
    interface Images {
        CompletableFuture<ShardImage> of(int group, ShardId shard, long plan);

        /** Returns whether somebody asks this node for that now. */
        boolean isAwaited(int group, ShardId shard, long plan);
    }

    private final int group;
    private final MetadataStore metadata;
    private final Images images;
    private final ReadyChildren ready;
    private final CutoverTimes times;
    private final CutoverPauses pauses;
    private final Function<ShardChange, CompletableFuture<GroupAnswer>> submit;
    private final InstantSource clock;

    /** Plans of which the end of a parent, or the beginning of a child, is on its way. */
    private final Set<Long> ending = ConcurrentHashMap.newKeySet();

    private final Set<Long> beginning = ConcurrentHashMap.newKeySet();

    PlanSteps(
            int group,
            MetadataStore metadata,
            Images images,
            ReadyChildren ready,
            CutoverTimes times,
            CutoverPauses pauses,
            Function<ShardChange, CompletableFuture<GroupAnswer>> submit,
            InstantSource clock) {
        this.group = group;
        this.metadata = metadata;
        this.images = images;
        this.ready = ready;
        this.times = times;
        this.pauses = pauses;
        this.submit = submit;
        this.clock = clock;
    }

    /** Forgets what is on its way: another leader takes it up. */
    void resign() {
        ending.clear();
        beginning.clear();
    }

    /** Begins what is due in this state. Never blocks. */
    void advance(ClusterState state) {
        for (var plan : state.plans().all()) {
            if (plan.state() == PlanState.CUTOVER && plan.reshapes()) {
                var log = state.find(plan.change().incarnation());
                if (log != null) {
                    succeed(plan, log);
                }
            }
        }
    }

    private void succeed(Plan plan, Log log) {
        var change = plan.change();
        var parents = change.shards().stream()
                .filter(number -> log.shards().shards().get(number).group() == group)
                .toList();
        // With all parents here, the children of this group come in the same entry.
        boolean together = parents.size() == change.shards().size();
        var missing = here(plan).stream()
                .filter(child -> !plan.cutover().opened().contains(child))
                .toList();
        if (!plan.cutover().sealed().containsAll(parents)) {
            var numbers = change.children().stream().map(Child::number).toList();
            List<Integer> opened = together ? here(plan) : List.of();
            var end = new ShardChange.Succeed(
                    plan.id(), change.incarnation(), change.log(), parents, numbers, opened);
            if (together && times.isOver(plan.id())) {
                keep(plan, parents);
            } else {
                take(plan, ending, parents, opened, () -> ready.of(plan).thenCompose(opens -> end(end)));
            }
        }
        if (!missing.isEmpty() && !(together && ending.contains(plan.id()))) {
            // It waits for the last entries of the parents, and not for the metadata to say that they came.
            take(plan, beginning, change.shards(), missing, () -> inherit(plan, log, missing));
        }
    }

    private CompletableFuture<GroupAnswer> end(ShardChange.Succeed step) {
        pauses.begin(step.plan());
        long began = pauses.nanoTime();
        return submit.apply(step).thenApply(answer -> {
            pauses.took(Part.END, began);
            return answer;
        });
    }

    /**
     * Gives up a plan whose parents could not be ended for too long. Where these are in two groups nobody can: one may
     * have ended while the other's group is not to be reached, and then there is only the way on.
     */
    private void keep(Plan plan, List<Integer> parents) {
        if (ending.add(plan.id())) {
            submit.apply(new ShardChange.Keep(plan.id(), plan.change().incarnation(), parents))
                    .thenCompose(answer -> {
                        if (answer instanceof GroupAnswer.Done) {
                            return metadata.submit(new ChangePlan(times.givenUp(plan, clock.millis())));
                        }
                        times.again(plan.id());
                        return CompletableFuture.completedFuture(metadata.state());
                    })
                    .whenComplete((state, failure) -> taken(plan, ending, failure));
        }
    }

    private List<Integer> here(Plan plan) {
        return plan.change().children().stream()
                .filter(child -> child.group() == group)
                .map(Child::number)
                .toList();
    }

    private CompletableFuture<GroupAnswer> inherit(Plan plan, Log log, List<Integer> children) {
        var change = plan.change();
        long began = pauses.nanoTime();
        var remembered = CompletableFuture.completedFuture(List.<Origin>of());
        for (int parent : change.shards()) {
            int of = log.shards().shards().get(parent).group();
            remembered = remembered.thenCombine(
                    images.of(of, new ShardId(change.incarnation(), parent), plan.id()), PlanSteps::and);
        }
        return remembered.thenCompose(origins -> {
            long learned = pauses.took(Part.LEARN, began);
            var bounded = Inheritance.bounded(origins);
            CompletableFuture<GroupAnswer> all = CompletableFuture.completedFuture(new GroupAnswer.Done());
            for (int child : children) {
                var step = new ShardChange.Inherit(
                        plan.id(), new ShardId(change.incarnation(), child), change.log(), bounded);
                all = all.thenCombine(submit.apply(step), (before, answer) -> answer);
            }
            return all.thenApply(answer -> {
                pauses.took(Part.OPEN, learned);
                return answer;
            });
        });
    }

    private static List<Origin> and(List<Origin> origins, ShardImage image) {
        var all = new ArrayList<>(origins);
        all.addAll(image.withSelf());
        return all;
    }

    private interface Step {
        CompletableFuture<GroupAnswer> begin();
    }

    private void take(Plan plan, Set<Long> underWay, List<Integer> sealed, List<Integer> opened, Step step) {
        if (!underWay.add(plan.id())) {
            return;
        }
        step.begin()
                .thenCompose(answer -> {
                    if (!(answer instanceof GroupAnswer.Done)) {
                        throw new IllegalStateException("it is answered by " + answer);
                    }
                    long answered = pauses.nanoTime();
                    return metadata.submit(new ChangePlan(new Cut(plan.id(), sealed, opened, 0, clock.millis())))
                            .thenApply(state -> {
                                pauses.took(Part.NAME, answered);
                                return state;
                            });
                })
                .whenComplete((state, failure) -> {
                    taken(plan, underWay, failure);
                    if (failure == null) {
                        advance(state);
                    }
                });
    }

    private void taken(Plan plan, Set<Long> underWay, @Nullable Throwable failure) {
        underWay.remove(plan.id());
        if (failure != null) {
            LOG.info("group {}: a step of plan {} is tried again soon: {}", group, plan.id(), failure.toString());
        }
    }
}
