package io.forelog.server;

import io.forelog.metadata.store.StoreConfig;
import io.forelog.raft.FollowerProgress;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.forelog.replication.CopyProgress;
import io.forelog.replication.CopyProgress.Copy;
import io.forelog.replication.GroupReplication;
import io.forelog.replication.HostedStatus;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The meters of replication groups, the metadata's and the data's: {@link #look} is given each group's status now and
 * then. Meters of a group come with its first look and stay.
 */
final class GroupMeters {

    private final MeterRegistry registry;
    private final MultiGauge lags;
    private final MultiGauge installing;
    private final CopyProgress copies;
    private final MultiGauge copied;
    private final MultiGauge remaining;
    private final Map<String, Watched> groups = new ConcurrentHashMap<>();

    private static final class Watched {

        private final Counter changes;
        private volatile GroupStatus last;
        private Optional<MemberId> leader;

        private Watched(MeterRegistry registry, String name, GroupStatus first) {
            last = first;
            leader = first.leader();
            changes = Counter.builder("forelog.group.leader.changes")
                    .description("Times that another member was seen to lead")
                    .tag("group", name)
                    .register(registry);
            Gauge.builder("forelog.group.leading", this, group -> group.last.leading() ? 1 : 0)
                    .description("Whether this node leads")
                    .tag("group", name)
                    .register(registry);
            Gauge.builder("forelog.group.pending", this, group -> group.last.pendingEntries())
                    .description("Operations submitted here and not yet answered")
                    .tag("group", name)
                    .register(registry);
            Gauge.builder(
                            "forelog.group.checkpoint.age",
                            this,
                            group -> group.last.lastIndex() - group.last.checkpointIndex())
                    .description("Entries of the log since the last checkpoint here, which a restart would apply again")
                    .tag("group", name)
                    .register(registry);
            FunctionTimer.builder(
                            "forelog.group.commit",
                            this,
                            group -> group.last.committed(),
                            group -> group.last.commitNanos(),
                            TimeUnit.NANOSECONDS)
                    .description("From an operation's submission here to its answer")
                    .tag("group", name)
                    .register(registry);
        }

        private void look(GroupStatus status) {
            last = status;
            // A moment without a leader is no change of its own.
            if (status.leader().isPresent() && !status.leader().equals(leader)) {
                if (leader.isPresent()) {
                    changes.increment();
                }
                leader = status.leader();
            }
        }
    }

    GroupMeters(MeterRegistry registry, CopyProgress copies) {
        this.registry = registry;
        this.copies = copies;
        FunctionCounter.builder("forelog.copy", copies, CopyProgress::copiedBytes)
                .description("Copied from other nodes to replicas here that lacked it")
                .baseUnit("bytes")
                .register(registry);
        this.copied = MultiGauge.builder("forelog.copy.shard.copied")
                .description("Copied of a shard whose copy is under way, since that began")
                .baseUnit("bytes")
                .register(registry);
        this.remaining = MultiGauge.builder("forelog.copy.shard.remaining")
                .description("Still to be copied of that shard, estimated from what was")
                .baseUnit("bytes")
                .register(registry);
        this.lags = MultiGauge.builder("forelog.group.lag")
                .description("Entries of the log of a group led here that a member lacks")
                .register(registry);
        this.installing = MultiGauge.builder("forelog.group.installing")
                .description("Whether a member of a group led here is copying a checkpoint")
                .register(registry);
    }

    /** Adds the meters of replicas that stopped for good. */
    void watch(GroupReplication here) {
        FunctionCounter.builder("forelog.replicas.replaced", here, GroupReplication::replacedReplicas)
                .description("Replicas here that had stopped for good and were made anew from the other members")
                .register(registry);
        Gauge.builder("forelog.replicas.stopped", here, GroupReplication::stoppedReplicas)
                .description("Replicas that should run here and do not: an error stopped them, or their log is damaged")
                .register(registry);
    }

    /** Takes how the metadata's group and those of the data are on this node; called by one thread. */
    void look(GroupStatus metadata, Collection<HostedStatus> hosted) {
        var statuses = new HashMap<String, GroupStatus>();
        statuses.put(StoreConfig.GROUP, metadata);
        hosted.forEach(group -> statuses.put("g" + group.group(), group.status()));
        look(statuses);
    }

    /** Takes how groups are, by their names; called by one thread. */
    void look(Map<String, GroupStatus> statuses) {
        statuses.forEach((name, status) -> groups.computeIfAbsent(name, unseen -> new Watched(registry, name, status))
                .look(status));
        lags.register(rows(statuses, FollowerProgress::lag), true);
        installing.register(rows(statuses, follower -> follower.installing() ? 1 : 0), true);
        copied.register(copyRows(Copy::copiedBytes), true);
        remaining.register(copyRows(Copy::remainingBytes), true);
    }

    private List<Row<?>> copyRows(ToLongFunction<Copy> value) {
        List<Row<?>> rows = new ArrayList<>();
        copies.underWay()
                .forEach(copy -> rows.add(Row.of(
                        Tags.of(
                                "group",
                                "g" + copy.group(),
                                "shard",
                                copy.shard().toString()),
                        value.applyAsLong(copy))));
        return rows;
    }

    private static List<Row<?>> rows(Map<String, GroupStatus> statuses, ToDoubleFunction<FollowerProgress> value) {
        List<Row<?>> rows = new ArrayList<>();
        statuses.forEach((group, status) -> status.followers()
                .forEach(follower -> rows.add(Row.of(
                        Tags.of("group", group, "member", follower.member().node()), value.applyAsDouble(follower)))));
        return rows;
    }
}
