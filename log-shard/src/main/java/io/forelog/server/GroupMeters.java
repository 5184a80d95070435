package io.forelog.server;

import io.forelog.raft.FollowerProgress;
import io.forelog.raft.GroupStatus;
import io.forelog.raft.MemberId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The meters of replication groups, the metadata's and the data's: {@link #look} is given each group's status now and
 * then. Meters of a group come with its first look and stay.
 */
final class GroupMeters {

    private final MeterRegistry registry;
    private final MultiGauge lags;
    private final MultiGauge installing;
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
            Gauge.builder("forelog.group.checkpoint.age", this, group -> group.last.lastIndex() - group.last.checkpointIndex())
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

    GroupMeters(MeterRegistry registry) {
        this.registry = registry;
        this.lags = MultiGauge.builder("forelog.group.lag")
                .description("Entries of the log of a group led here that a member lacks")
                .register(registry);
        this.installing = MultiGauge.builder("forelog.group.installing")
                .description("Whether a member of a group led here is copying a checkpoint")
                .register(registry);
    }

    /** Takes how the groups of this node are; called by one thread. */
    void look(Map<String, GroupStatus> statuses) {
        statuses.forEach((name, status) ->
                groups.computeIfAbsent(name, unseen -> new Watched(registry, name, status)).look(status));
        lags.register(rows(statuses, FollowerProgress::lag), true);
        installing.register(rows(statuses, follower -> follower.installing() ? 1 : 0), true);
    }

    private static List<Row<?>> rows(Map<String, GroupStatus> statuses, ToDoubleFunction<FollowerProgress> value) {
        List<Row<?>> rows = new ArrayList<>();
        statuses.forEach((group, status) -> status.followers()
                .forEach(follower -> rows.add(Row.of(
                        Tags.of("group", group, "member", follower.member().node()), value.applyAsDouble(follower)))));
        return rows;
    }
}
