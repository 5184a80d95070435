package io.forelog.replication;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Group;
import io.forelog.raft.MemberId;
import io.forelog.raft.wal.CorruptLogException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The replicas here that have stopped for good on a node that goes on, and those whose log cannot be opened because
 * what it had forced has changed. Each is given up, and another incarnation takes from the other members what it lacks.
 *
 * <p>The group's leader decides that, on another node, and only while it commits without the one that stopped: then
 * whatever was acknowledged is elsewhere. Where nobody leads, this may be the last copy, and it stays as it is.
 *
 * <p>A cause that stays, an ill disk or a broken invariant, stops the next one too: each is replaced four times later
 * than the one before, within bounds. An opening that fails for another reason, like a lack of files, is tried again
 * alone, less and less often; but where it goes on to fail while the disk takes other files, it is the replica's own
 * that cannot be read, and it is given up as a damaged one is.
 *
 * <p>Bounded by the groups. Of the thread that looks after them, but for what is counted.
 */
final class StoppedReplicas {

    private static final Logger LOG = LoggerFactory.getLogger(StoppedReplicas.class);

    /** Longer than a leader takes to notice that a follower is silent. */
    private static final Duration PAUSE_MIN = Duration.ofSeconds(2);

    private static final Duration PAUSE_MAX = Duration.ofMinutes(10);
    private static final Duration ASK_PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration OPEN_PAUSE_MIN = Duration.ofMillis(250);

    /** Longer, and a disk that has room again waits for its replicas; shorter, and it is read all the time. */
    private static final Duration OPEN_PAUSE_MAX = Duration.ofSeconds(15);

    /** Shorter, and a disk that comes back after a while costs a copy of all it holds; longer, and one is missing. */
    private static final Duration OPEN_MAX = Duration.ofMinutes(5);

    /** After so long without another, the next one counts as the first. */
    private static final Duration FORGIVEN = Duration.ofHours(1);

    private final String self;
    private final PeerShards peers;
    private final LongSupplier nanoTime;
    private final BooleanSupplier diskWorks;
    private final Map<Integer, Trouble> troubles = new ConcurrentHashMap<>();
    private final Map<Integer, History> histories = new HashMap<>();
    private final AtomicLong replaced = new AtomicLong();

    /** What is wrong with one replica, and when something is done about it next. */
    private static final class Trouble {

        private final MemberId member;
        private final long sinceNanos;
        private boolean isFinal;
        private Duration openPause = OPEN_PAUSE_MIN;
        private long openNanos;
        private Duration askPause = PAUSE_MIN;
        private long askNanos;

        Trouble(MemberId member, boolean isFinal, long sinceNanos) {
            this.member = member;
            this.sinceNanos = sinceNanos;
            this.isFinal = isFinal;
        }
    }

    /** How often the replica of a group was replaced of late, and when last. */
    private record History(int times, long lastNanos) {

        static final History NONE = new History(0, 0);
    }

    /** @param diskWorks whether the disk of the groups takes a file and gives it back; may wait for it */
    StoppedReplicas(String self, PeerShards peers, LongSupplier nanoTime, BooleanSupplier diskWorks) {
        this.diskWorks = diskWorks;
        this.self = self;
        this.peers = peers;
        this.nanoTime = nanoTime;
    }

    /** Returns how many replicas were replaced since the node was started. */
    long replaced() {
        return replaced.get();
    }

    /** Returns how many replicas do not run here that should. */
    int count() {
        return troubles.size();
    }

    /** Returns whether it is time to open a replica. */
    boolean mayOpen(int group, MemberId member) {
        var trouble = troubles.get(group);
        return trouble == null
                || !trouble.member.equals(member)
                || !trouble.isFinal && nanoTime.getAsLong() - trouble.openNanos >= 0;
    }

    /** A replica runs, for now. */
    void opened(int group, MemberId member) {
        var trouble = troubles.remove(group);
        if (trouble != null && !trouble.member.equals(member)) {
            int times = histories.getOrDefault(group, History.NONE).times() + 1;
            histories.put(group, new History(times, nanoTime.getAsLong()));
            replaced.incrementAndGet();
            LOG.warn(
                    "group {}: {}, which had stopped, is replaced by {}; of late this was done {} times",
                    group,
                    trouble.member,
                    member,
                    times);
        }
    }

    /** A replica could not be opened. Waits for the disk if that has lasted long. */
    void unopened(int group, MemberId member, Throwable cause) {
        LOG.error("group {} cannot be opened here; its other members go on", group, cause);
        long now = nanoTime.getAsLong();
        var known = troubles.get(group);
        var trouble = known != null && known.member.equals(member) ? known : noticed(group, member, isDamage(cause));
        trouble.openNanos = now + trouble.openPause.toNanos();
        trouble.openPause = doubled(trouble.openPause, OPEN_PAUSE_MAX);
        // Another reason may have come before the damage, or hidden it.
        trouble.isFinal |= isDamage(cause);
        if (!trouble.isFinal && now - trouble.sinceNanos >= OPEN_MAX.toNanos() && diskWorks.getAsBoolean()) {
            LOG.error(
                    "group {}: {} could not be opened for {} s, though the disk works; it is given up",
                    group,
                    member,
                    OPEN_MAX.toSeconds());
            trouble.isFinal = true;
            trouble.askNanos = now;
        }
    }

    private static boolean isDamage(Throwable cause) {
        for (var at = cause; at != null; at = at.getCause()) {
            if (at instanceof CorruptLogException) {
                return true;
            }
        }
        return false;
    }

    private Trouble noticed(int group, MemberId member, boolean isFinal) {
        var trouble = new Trouble(member, isFinal, nanoTime.getAsLong());
        var history = histories.getOrDefault(group, History.NONE);
        long now = nanoTime.getAsLong();
        boolean isRecent = history.times() > 0 && now - history.lastNanos() < FORGIVEN.toNanos();
        var pause = isRecent ? PAUSE_MIN.multipliedBy(1L << Math.min(2 * history.times(), 20)) : PAUSE_MIN;
        if (!isRecent) {
            histories.remove(group);
        }
        trouble.askNanos = now + (pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause).toNanos();
        troubles.put(group, trouble);
        return trouble;
    }

    /** Asks for what is due. Never blocks. */
    void tick(ClusterState state, IntFunction<@Nullable HostedGroup> hosted) {
        for (var group : state.groups()) {
            var here = hosted.apply(group.id());
            var trouble = troubles.get(group.id());
            if (here != null && here.stopped() != null && (trouble == null || !trouble.member.equals(here.member()))) {
                trouble = noticed(group.id(), here.member(), true);
            }
            if (trouble != null) {
                tick(group, trouble);
            }
        }
    }

    private void tick(Group group, Trouble trouble) {
        if (group.replicaOn(self).isEmpty()) {
            troubles.remove(group.id(), trouble);
            return;
        }
        var leader = group.leader();
        long now = nanoTime.getAsLong();
        boolean isWanted = group.replicas().contains(trouble.member);
        if (trouble.isFinal && isWanted && leader != null && !leader.equals(self) && now - trouble.askNanos >= 0) {
            trouble.askNanos = now + trouble.askPause.toNanos();
            trouble.askPause = doubled(trouble.askPause, ASK_PAUSE_MAX);
            peers.replace(leader, group.id(), trouble.member).exceptionally(failure -> {
                LOG.info(
                        "group {}: {}, which has stopped, is not replaced yet: {}",
                        group.id(),
                        trouble.member,
                        failure.toString());
                return null;
            });
        }
    }

    private static Duration doubled(Duration pause, Duration atMost) {
        var twice = pause.multipliedBy(2);
        return twice.compareTo(atMost) > 0 ? atMost : twice;
    }
}
