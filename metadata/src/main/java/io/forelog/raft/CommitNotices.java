package io.forelog.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.message.AppendEntriesRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Thins out a leader's messages that tell a follower nothing but how far it has committed. MicroRaft sends one to each
 * follower after each commit, and each is answered: under load as many messages again as the entries take, while the
 * next entry, soon on its way, says the same. So at most one goes to a follower in a while; what comes sooner waits,
 * and is dropped when another message brings the news. Raft thread only, but for what a timer looks at.
 */
final class CommitNotices {

    /** A member hears from its leader many times a second; one that did not for so long has left, or another leads. */
    static final Duration FORGOTTEN = Duration.ofMinutes(1);

    private final Duration pause;
    private final LongSupplier nanoTime;
    private final BiConsumer<Duration, Runnable> later;
    private final Executor raft;
    private final BiConsumer<RaftEndpoint, AppendEntriesRequest> send;
    private final Map<RaftEndpoint, Follower> followers = new HashMap<>();

    private static final class Follower {

        private int term;
        private long told;
        private long noticedNanos;
        private long askedNanos;
        private volatile @Nullable AppendEntriesRequest waiting;
        private volatile boolean isScheduled;
    }

    /**
     * Creates it.
     *
     * @param pause between two notices to one follower; zero lets each go at once
     * @param later runs a task, on any thread, once a time has passed
     * @param raft runs a task on the Raft thread
     * @param send sends what waited for long enough
     */
    CommitNotices(
            Duration pause,
            LongSupplier nanoTime,
            BiConsumer<Duration, Runnable> later,
            Executor raft,
            BiConsumer<RaftEndpoint, AppendEntriesRequest> send) {
        this.pause = pause;
        this.nanoTime = nanoTime;
        this.later = later;
        this.raft = raft;
        this.send = send;
    }

    /**
     * Returns whether a request is to be sent now; else it is sent later, if nothing else has told the follower then.
     */
    boolean isDue(RaftEndpoint target, AppendEntriesRequest request) {
        var follower = follower(target);
        if (follower.term != request.getTerm()) {
            follower.term = request.getTerm();
            follower.told = 0;
        }
        if (!isNotice(follower, request)) {
            told(follower, request);
            return true;
        }
        long left = follower.noticedNanos + pause.toNanos() - nanoTime.getAsLong();
        if (left <= 0) {
            follower.noticedNanos = nanoTime.getAsLong();
            told(follower, request);
            return true;
        }
        follower.waiting = request;
        if (!follower.isScheduled) {
            follower.isScheduled = true;
            later.accept(Duration.ofNanos(left), () -> passed(target, follower));
        }
        return false;
    }

    /** Bounded by the members of late: whoever comes anew puts out those that have left. */
    private Follower follower(RaftEndpoint target) {
        long now = nanoTime.getAsLong();
        var known = followers.get(target);
        if (known == null) {
            followers.values().removeIf(other -> now - other.askedNanos > FORGOTTEN.toNanos());
            known = new Follower();
            known.noticedNanos = now - pause.toNanos();
            followers.put(target, known);
        }
        known.askedNanos = now;
        return known;
    }

    /** Returns of how many members something is kept. */
    int size() {
        return followers.size();
    }

    /** A heartbeat says nothing new, and a request that is to be answered in turn has a number of its own. */
    private static boolean isNotice(Follower follower, AppendEntriesRequest request) {
        return request.getLogEntries().isEmpty()
                && request.getFlowControlSequenceNumber() == 0
                && request.getCommitIndex() > follower.told;
    }

    private static void told(Follower follower, AppendEntriesRequest request) {
        follower.told = Math.max(follower.told, request.getCommitIndex());
        follower.waiting = null;
    }

    /** Mostly nothing waits any more, and the Raft thread need not be woken for that. Called by the timer. */
    private void passed(RaftEndpoint target, Follower follower) {
        // In this order: what comes to wait after the look finds that nothing is scheduled.
        follower.isScheduled = false;
        if (follower.waiting != null) {
            raft.execute(() -> due(target, follower));
        }
    }

    private void due(RaftEndpoint target, Follower follower) {
        var request = follower.waiting;
        if (request != null) {
            follower.noticedNanos = nanoTime.getAsLong();
            told(follower, request);
            send.accept(target, request);
        }
    }
}
