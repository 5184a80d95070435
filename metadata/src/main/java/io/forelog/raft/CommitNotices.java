package io.forelog.raft;

import io.microraft.RaftEndpoint;
import io.microraft.model.message.AppendEntriesRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Thins out a leader's messages that tell a follower nothing but how far it has committed. MicroRaft sends one to each
 * follower after each commit, and each is answered: under load as many messages again as the entries take, while the
 * next entry, soon on its way, says the same. So at most one goes to a follower in a while; what comes sooner waits, and
 * is dropped when another message brings the news. Raft thread only.
 */
final class CommitNotices {

    /** Between two notices to one follower. Too short: no fewer messages; too long: followers serve new records late. */
    static final Duration PAUSE = Duration.ofMillis(5);

    private final LongSupplier nanoTime;
    private final BiConsumer<Duration, Runnable> later;
    private final BiConsumer<RaftEndpoint, AppendEntriesRequest> send;
    private final Map<RaftEndpoint, Follower> followers = new HashMap<>();

    private static final class Follower {

        private int term;
        private long told;
        private long noticedNanos;
        private @Nullable AppendEntriesRequest waiting;
        private boolean isScheduled;
    }

    /**
     * Creates it.
     *
     * @param later runs a task on the Raft thread once a time has passed
     * @param send sends what waited for long enough
     */
    CommitNotices(
            LongSupplier nanoTime,
            BiConsumer<Duration, Runnable> later,
            BiConsumer<RaftEndpoint, AppendEntriesRequest> send) {
        this.nanoTime = nanoTime;
        this.later = later;
        this.send = send;
    }

    /** Returns whether a request is to be sent now; else it is sent later, if nothing else has told the follower then. */
    boolean isDue(RaftEndpoint target, AppendEntriesRequest request) {
        var follower = followers.computeIfAbsent(target, unseen -> {
            var added = new Follower();
            added.noticedNanos = nanoTime.getAsLong() - PAUSE.toNanos();
            return added;
        });
        if (follower.term != request.getTerm()) {
            follower.term = request.getTerm();
            follower.told = 0;
        }
        if (!isNotice(follower, request)) {
            told(follower, request);
            return true;
        }
        long left = follower.noticedNanos + PAUSE.toNanos() - nanoTime.getAsLong();
        if (left <= 0) {
            follower.noticedNanos = nanoTime.getAsLong();
            told(follower, request);
            return true;
        }
        follower.waiting = request;
        if (!follower.isScheduled) {
            follower.isScheduled = true;
            later.accept(Duration.ofNanos(left), () -> due(target, follower));
        }
        return false;
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

    private void due(RaftEndpoint target, Follower follower) {
        follower.isScheduled = false;
        var request = follower.waiting;
        if (request != null) {
            follower.noticedNanos = nanoTime.getAsLong();
            told(follower, request);
            send.accept(target, request);
        }
    }
}
