package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.ChangePlan;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.PlanCommand;
import io.forelog.plan.Plan;
import io.forelog.plan.Plan.Check;
import io.forelog.plan.PlanKind;
import io.forelog.plan.PlanState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out plans that take a shard to the archive: the node that leads the shard's group archives its replica, looks
 * whether it is still read as it was, and lets the map say so; the other members archive theirs while the plan is
 * watched. A segment is dropped here only after it was read back from the archive, so a step that was cut short is
 * begun again. Safe for use by any thread; {@link #tick} never blocks.
 */
final class ArchiveSteps {

    private static final Logger LOG = LoggerFactory.getLogger(ArchiveSteps.class);
    /** An archive that fails as often is not there, rather than busy. */
    private static final int TRIES_MAX = 5;

    private static final int SAMPLES = 16;

    private static final Duration POLL = Duration.ofMillis(5);

    private final MetadataStore metadata;
    private final ShardReplicas replicas;
    private final IntPredicate leads;
    private final long bytesPerSecond;
    private final GroupHost host;
    private final Set<Long> underWay = ConcurrentHashMap.newKeySet();
    /** By the plan: how often it failed here; those that are done here have {@link #TRIES_MAX}. */
    private final Map<Long, Integer> tries = new ConcurrentHashMap<>();

    /**
     * @param leads whether this node leads a group
     * @param bytesPerSecond how fast a shard is archived
     */
    ArchiveSteps(
            MetadataStore metadata, ShardReplicas replicas, IntPredicate leads, long bytesPerSecond, GroupHost host) {
        this.metadata = metadata;
        this.replicas = replicas;
        this.leads = leads;
        this.bytesPerSecond = bytesPerSecond;
        this.host = host;
    }

    /** Begins what is due in this state. */
    void tick(ClusterState state) {
        tries.keySet().removeIf(id -> isOver(state.plans().find(id)));
        for (var plan : state.plans().all()) {
            if (plan.kind() == PlanKind.ARCHIVE && !plan.state().isFinal()) {
                tick(plan, state);
            }
        }
    }

    private static boolean isOver(@Nullable Plan plan) {
        return plan == null || plan.state().isFinal();
    }

    private void tick(Plan plan, ClusterState state) {
        var log = state.find(plan.change().incarnation());
        if (log == null) {
            return;
        }
        int number = plan.change().shards().getFirst();
        var replica = replicas.find(new ShardId(log.incarnation(), number));
        boolean leader = leads.test(log.shards().shards().get(number).group());
        boolean isDue =
                switch (plan.state()) {
                    case COPY, VERIFY, CUTOVER -> leader;
                    case WATCH -> !leader && tries.getOrDefault(plan.id(), 0) < TRIES_MAX;
                    case PREPARE, CATCH_UP, DONE, CANCELLED, ROLLED_BACK, FAILED -> false;
                };
        if (replica != null && isDue && underWay.add(plan.id())) {
            host.background().execute(() -> {
                try {
                    step(plan, log, replica);
                } catch (RuntimeException e) {
                    failed(plan, e);
                } finally {
                    underWay.remove(plan.id());
                }
            });
        }
    }

    private void step(Plan plan, Log log, ShardReplica replica) {
        long now = host.clock().millis();
        switch (plan.state()) {
            case COPY -> {
                long bytes = archive(plan, log, replica);
                submit(new PlanCommand.Advance(
                        plan.id(),
                        PlanState.COPY,
                        PlanState.VERIFY,
                        now,
                        replica.log().segments().size() + " segments, read back and digested",
                        List.of(),
                        bytes));
            }
            case VERIFY -> {
                var check = sampled(replica);
                submit(
                        check.passed()
                                ? new PlanCommand.CutOver(plan.id(), PlanState.VERIFY, now, List.of(check))
                                : new PlanCommand.Advance(
                                        plan.id(),
                                        PlanState.VERIFY,
                                        PlanState.FAILED,
                                        now,
                                        check.detail(),
                                        List.of(check),
                                        0));
            }
            case CUTOVER -> submit(new PlanCommand.Cut(plan.id(), plan.change().shards(), List.of(), 0, now));
            default -> {
                archive(plan, log, replica);
                tries.put(plan.id(), TRIES_MAX);
            }
        }
    }

    /** Returns how many bytes of disk it freed. */
    private long archive(Plan plan, Log log, ShardReplica replica) {
        boolean isEnded = !log.shards().shards().get(replica.number()).isOpen();
        long began = host.runtime().nanoTime();
        var moved = new long[1];
        replica.archive(isEnded, bytes -> {
            moved[0] = bytes;
            if (plan.state() == PlanState.COPY) {
                submit(new PlanCommand.Measured(plan.id(), bytes, 0));
            }
            long due = began + (long) ((double) bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
            for (long now = host.runtime().nanoTime();
                    now < due;
                    now = host.runtime().nanoTime()) {
                host.runtime().pause(Duration.ofNanos(due - now));
            }
        });
        return moved[0];
    }

    /** Reads records back, spread over all that the shard has: each says its own offset and passes its CRC. */
    private static Check sampled(ShardReplica replica) {
        long from = replica.startOffset();
        long records = replica.highWatermark() - from;
        int read = (int) Math.min(SAMPLES, records);
        for (int i = 0; i < read; i++) {
            long offset = from + records * i / read;
            var batch = replica.log().readBatches(offset, offset + 1, 1).getFirst();
            batch.verifyCrc();
            if (offset < batch.baseOffset() || offset >= batch.endOffset()) {
                return new Check(
                        "samples", false, "offset " + offset + " is answered by the batch at " + batch.baseOffset());
            }
        }
        return new Check("samples", true, read + " records were read back at their offsets");
    }

    private void failed(Plan plan, RuntimeException failure) {
        int failures = tries.merge(plan.id(), 1, Integer::sum);
        LOG.warn(
                "plan {} does not archive shard {}, try {}",
                plan.id(),
                plan.change().shards(),
                failures,
                failure);
        if (failures >= TRIES_MAX && plan.state() == PlanState.COPY) {
            var end = new PlanCommand.Advance(
                    plan.id(),
                    PlanState.COPY,
                    PlanState.FAILED,
                    host.clock().millis(),
                    String.valueOf(failure.getMessage()),
                    List.of(),
                    0);
            metadata.submit(new ChangePlan(end)).exceptionally(refused -> {
                LOG.info("plan {} could not be ended, tried again soon: {}", plan.id(), refused.getMessage());
                return metadata.state();
            });
        }
    }

    /** Waits by the runtime's time, which may be a simulated one. */
    private void submit(PlanCommand command) {
        var submitted = metadata.submit(new ChangePlan(command));
        while (!submitted.isDone()) {
            host.runtime().pause(POLL);
        }
        submitted.join();
    }
}
