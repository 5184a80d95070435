package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.ShardState;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The copies on this node that announced moves will need. Whoever leads the cluster tells all that it has announced,
 * again each minute; each time what has come meanwhile is copied too. Once a plan moves the shard, the copy is that
 * plan's, which then copies only what is new. What is told no more, or by nobody for a while, is deleted: a copy is
 * not the group's until the group's log says so, and nobody reads it before. Safe for use by any thread.
 */
final class AheadCopies {

    /** As long as a node that was told to copy waits to be told again: some decision rounds, and another leader's. */
    static final Duration TOLD_MAX = Duration.ofMinutes(5);

    private static final Logger LOG = LoggerFactory.getLogger(AheadCopies.class);
    /** Further ones are copied by their plans. */
    private static final int COPIES_MAX = 64;

    /** Copies what a shard has by now, and lets go of a copy. */
    interface Copier {

        /** Blocks until the copy ends where its source did at the beginning; {@code bytes} counts what was copied. */
        void copy(CopyAhead wanted, ClusterState state, LongAdder bytes);

        void delete(CopyAhead wanted);
    }

    private static final class Copy {
        private final LongAdder bytes = new LongAdder();
        private volatile long toldNanos;
        private volatile boolean isWanted = true;
        private volatile boolean isDue = true;
        private volatile boolean isComplete;
        private volatile boolean isUnderWay;
    }

    private final String self;
    private final Copier copier;
    private final Executor background;
    private final LongSupplier nanoTime;
    private final Map<CopyAhead, Copy> copies = new ConcurrentHashMap<>();

    AheadCopies(String self, Copier copier, Executor background, LongSupplier nanoTime) {
        this.self = self;
        this.copier = copier;
        this.background = background;
        this.nanoTime = nanoTime;
    }

    /** Takes all that is announced now; returns for which of it this node has what it needs. Never blocks. */
    synchronized Set<CopyAhead> tell(Collection<CopyAhead> announced, ClusterState state) {
        var ready = new HashSet<CopyAhead>();
        for (var wanted : announced) {
            if (!isNeeded(wanted, state)) {
                ready.add(wanted);
                continue;
            }
            var copy = copies.get(wanted);
            if (copy == null && copies.size() < COPIES_MAX) {
                copy = new Copy();
                copies.put(wanted, copy);
            }
            if (copy != null) {
                copy.toldNanos = nanoTime.getAsLong();
                copy.isWanted = true;
                copy.isDue = true;
                if (copy.isComplete) {
                    ready.add(wanted);
                }
            }
        }
        copies.forEach((known, copy) -> copy.isWanted &= announced.contains(known));
        return ready;
    }

    private boolean isNeeded(CopyAhead wanted, ClusterState state) {
        return state.groups().get(wanted.targetGroup()).holders().contains(self)
                && !state.groups().get(wanted.sourceGroup()).holders().contains(self);
    }

    /** Begins what is due in this state; {@code taken} is told of plans that go on with a copy, and of its bytes. */
    synchronized void tick(ClusterState state, BiConsumer<Long, Long> taken) {
        for (var wanted : List.copyOf(copies.keySet())) {
            var copy = copies.get(wanted);
            if (copy.isUnderWay) {
                continue;
            }
            if (isTaken(wanted, state)) {
                copies.remove(wanted);
                var plan = planOf(wanted, state);
                if (plan != null) {
                    taken.accept(plan, copy.bytes.sum());
                }
            } else if (!copy.isWanted || !isStill(wanted, copy, state)) {
                copies.remove(wanted);
                LOG.info("the copy of shard {} that was made ahead is not needed, and deleted", wanted.shard());
                background.execute(() -> copier.delete(wanted));
            } else if (copy.isDue) {
                copy.isDue = false;
                copy.isUnderWay = true;
                background.execute(() -> copy(wanted, copy, state));
            }
        }
    }

    private void copy(CopyAhead wanted, Copy copy, ClusterState state) {
        try {
            copier.copy(wanted, state, copy.bytes);
            copy.isComplete = true;
        } catch (RuntimeException e) {
            LOG.info("shard {} is copied ahead further when it is announced again: {}", wanted.shard(), e.toString());
        } finally {
            copy.isUnderWay = false;
        }
    }

    private static boolean isTaken(CopyAhead wanted, ClusterState state) {
        return planOf(wanted, state) != null || groupOf(wanted, state) == wanted.targetGroup();
    }

    private static @Nullable Long planOf(CopyAhead wanted, ClusterState state) {
        var plan = state.plans().changing(wanted.shard().log(), wanted.shard().number());
        boolean isIts = plan != null
                && plan.route().moves()
                && !plan.reshapes()
                && plan.route().targetGroup() == wanted.targetGroup();
        return isIts ? plan.id() : null;
    }

    private boolean isStill(CopyAhead wanted, Copy copy, ClusterState state) {
        boolean isTold = nanoTime.getAsLong() - copy.toldNanos <= TOLD_MAX.toNanos();
        return isTold && groupOf(wanted, state) == wanted.sourceGroup() && isNeeded(wanted, state);
    }

    /** Returns the group of an open shard, or -1. */
    private static int groupOf(CopyAhead wanted, ClusterState state) {
        var log = state.find(wanted.shard().log());
        var shard = log == null ? null : log.shards().shard(wanted.shard().number());
        return shard == null || shard.state() != ShardState.OPEN ? -1 : shard.group();
    }
}
