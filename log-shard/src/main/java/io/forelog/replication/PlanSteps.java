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
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
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

    private final int group;
    private final MetadataStore metadata;
    private final PlanParts parts;
    private final CutoverTimes times;
    private final Supplier<CompletableFuture<Void>> barrier;
    private final Function<ShardChange, CompletableFuture<GroupAnswer>> submit;
    private final InstantSource clock;

    /** Plans of which the end of a parent, or the beginning of a child, is on its way. */
    private final Set<Long> ending = ConcurrentHashMap.newKeySet();

    private final Set<Long> beginning = ConcurrentHashMap.newKeySet();

    PlanSteps(
            int group,
            MetadataStore metadata,
            PlanParts parts,
            CutoverTimes times,
            Supplier<CompletableFuture<Void>> barrier,
            Function<ShardChange, CompletableFuture<GroupAnswer>> submit,
            InstantSource clock) {
        this.group = group;
        this.metadata = metadata;
        this.parts = parts;
        this.times = times;
        this.barrier = barrier;
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
        boolean isSealed = plan.cutover().sealed().containsAll(parents);
        var missing = here(plan).stream()
                .filter(child -> !plan.cutover().opened().contains(child))
                .toList();
        if (!isSealed) {
            end(plan, log, parents, together ? here(plan) : List.of());
        }
        if (!missing.isEmpty() && (!together || isSealed && !ending.contains(plan.id()))) {
            // It waits for the last entries of the parents, and not for the metadata to say that they came.
            take(
                    plan,
                    beginning,
                    () -> inherit(plan, log, parents, missing).thenCompose(answer -> tell(plan, missing, answer)));
        }
    }

    /**
     * Ends the parents here: at once if all children open with that, else when somebody who can open the others asks.
     * Nobody's appends wait for files, or for a leader that is not there.
     */
    private void end(Plan plan, Log log, List<Integer> parents, List<Integer> opened) {
        var images = parts.images();
        boolean isEnded = parents.stream().allMatch(parent -> images.isEnded(group, id(plan, parent), plan.id()));
        if (isEnded && opened.isEmpty()) {
            // Whoever opens the children tells it with that.
            return;
        }
        var change = plan.change();
        boolean isAwaited = parents.stream().anyMatch(parent -> images.isAwaited(group, id(plan, parent), plan.id()));
        var end = endOf(plan, parents, opened, List.of());
        if (times.isOver(plan.id()) && !isEnded && !isAwaited) {
            keep(plan, log, parents);
        } else if (isAwaited && opened.isEmpty()) {
            take(plan, ending, () -> end(end).thenApply(PlanSteps::done));
        } else if (isAwaited || isEnded) {
            take(plan, ending, () -> end(end).thenCompose(answer -> tell(plan, opened, answer)));
        } else if (opened.size() == change.children().size()) {
            take(
                    plan,
                    ending,
                    () -> parts.ready()
                            .everywhere(plan, metadata.state())
                            .thenCompose(opens -> end(end))
                            .thenCompose(answer -> tell(plan, opened, answer)));
        }
    }

    /**
     * Returns the parents as they end, one after the other: those of the group that goes on with the children last, for
     * that is there.
     */
    private static List<Integer> inOrder(Plan plan, Log log) {
        var own = plan.change().children().getFirst().group();
        return plan.change().shards().stream()
                .sorted(Comparator.comparing(
                        number -> log.shards().shards().get(number).group() == own))
                .toList();
    }

    private static ShardId id(Plan plan, int shard) {
        return new ShardId(plan.change().incarnation(), shard);
    }

    private static ShardChange.Succeed endOf(
            Plan plan, List<Integer> parents, List<Integer> opened, List<Origin> elder) {
        var change = plan.change();
        var numbers = change.children().stream().map(Child::number).toList();
        return new ShardChange.Succeed(
                plan.id(), change.incarnation(), change.log(), parents, numbers, opened, elder);
    }

    private CompletableFuture<GroupAnswer> end(ShardChange.Succeed step) {
        parts.pauses().begin(step.plan());
        long began = parts.pauses().nanoTime();
        return submit.apply(step).thenApply(answer -> {
            parts.pauses().took(Part.END, step.plan(), began);
            return answer;
        });
    }

    /**
     * Gives up a plan whose parents could not be ended for too long. Of those in two groups the group of the first
     * decides: while that has not ended, the other has not.
     */
    private void keep(Plan plan, Log log, List<Integer> parents) {
        boolean isFirst = parents.contains(inOrder(plan, log).getFirst());
        if (isFirst && ending.add(plan.id())) {
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

    /** Parents that this group holds end with the entry that opens the children: appends wait for one entry less. */
    private CompletableFuture<GroupAnswer> inherit(Plan plan, Log log, List<Integer> own, List<Integer> children) {
        var others = inOrder(plan, log).stream()
                .filter(parent -> !own.contains(parent))
                .toList();
        // Whoever asks must be able to go on: the parents end then.
        return parts.ready()
                .everywhere(plan, metadata.state())
                .thenCompose(opens -> barrier.get())
                .thenCompose(led -> learn(plan, log, others))
                .thenApply(Inheritance::bounded)
                .thenCompose(origins -> own.isEmpty()
                        ? open(plan, children, origins)
                        : end(endOf(plan, own, children, origins)));
    }

    /** Asks for one parent after the other: the next ends only once the one before has, see {@link #keep}. */
    private CompletableFuture<List<Origin>> learn(Plan plan, Log log, List<Integer> parents) {
        long began = parts.pauses().nanoTime();
        var remembered = CompletableFuture.completedFuture(List.<Origin>of());
        for (int parent : parents) {
            int of = log.shards().shards().get(parent).group();
            remembered = remembered.thenCompose(origins -> parts.images()
                    .of(of, id(plan, parent), plan.id())
                    .thenApply(image -> and(origins, image)));
        }
        return remembered.thenApply(origins -> {
            parts.pauses().took(Part.LEARN, plan.id(), began);
            return origins;
        });
    }

    private static List<Origin> and(List<Origin> origins, ShardImage image) {
        var all = new ArrayList<>(origins);
        all.addAll(image.withSelf());
        return all;
    }

    private CompletableFuture<GroupAnswer> open(Plan plan, List<Integer> children, List<Origin> origins) {
        long learned = parts.pauses().nanoTime();
        CompletableFuture<GroupAnswer> all = CompletableFuture.completedFuture(new GroupAnswer.Done());
        for (int child : children) {
            var step = new ShardChange.Inherit(plan.id(), id(plan, child), plan.change().log(), origins);
            all = all.thenCombine(submit.apply(step), (before, answer) -> done(before) ? answer : before);
        }
        return all.thenApply(answer -> {
            parts.pauses().took(Part.OPEN, plan.id(), learned);
            return answer;
        });
    }

    private static boolean done(GroupAnswer answer) {
        if (!(answer instanceof GroupAnswer.Done)) {
            throw new IllegalStateException("it is answered by " + answer);
        }
        return true;
    }

    /** Tells the metadata of children that are open; what they came of has ended then. */
    private CompletableFuture<Boolean> tell(Plan plan, List<Integer> opened, GroupAnswer answer) {
        done(answer);
        long answered = parts.pauses().nanoTime();
        var cut = new Cut(plan.id(), plan.change().shards(), opened, 0, clock.millis());
        return metadata.submit(new ChangePlan(cut)).thenApply(state -> {
            parts.pauses().took(Part.NAME, plan.id(), answered);
            return true;
        });
    }

    private interface Step {
        CompletableFuture<Boolean> begin();
    }

    private void take(Plan plan, Set<Long> underWay, Step step) {
        if (!underWay.add(plan.id())) {
            return;
        }
        if (CutoverTimes.isPast(plan, metadata.state())) {
            // It was done while this thread came to it. Whoever came meanwhile, and was sent away, is due again.
            underWay.remove(plan.id());
            parts.again().run();
            return;
        }
        step.begin().whenComplete((done, failure) -> taken(plan, underWay, failure));
    }

    private void taken(Plan plan, Set<Long> underWay, @Nullable Throwable failure) {
        underWay.remove(plan.id());
        if (failure != null) {
            LOG.info("group {}: a step of plan {} is tried again soon: {}", group, plan.id(), failure.toString());
            parts.later(times.retryPause(plan.id()));
        } else {
            parts.again().run();
        }
    }
}
