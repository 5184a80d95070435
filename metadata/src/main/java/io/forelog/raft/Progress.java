package io.forelog.raft;

import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How far a replica has come: what it knows to be committed and what it has applied, and who waits for the one to
 * reach the other. A follower may apply an entry before its leader does, and let it be read: whoever then asks the
 * leader must not be told that there is no such thing.
 *
 * <p>{@link #committed} is for the Raft thread, {@link #applied} for the one that applies; all else for any thread.
 */
final class Progress {

    private record Waiter(long index, CompletableFuture<Long> applied) {}

    private final String group;
    private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile long applied;
    private volatile long committed;
    private volatile boolean aborted;

    Progress(String group) {
        this.group = group;
    }

    /** Returns the last index applied. */
    long applied() {
        return applied;
    }

    /** Takes note of what is committed, before another member is told. */
    void committed(long index) {
        if (index > committed) {
            committed = index;
        }
    }

    void applied(long index) {
        applied = index;
        tell();
    }

    /**
     * Completes with the index applied once all is that another member may have been told of as committed before this
     * call: at once if so it is, else by the thread that applies.
     *
     * @return fails with a {@link SubmitException} if too many wait, or the replica stops
     */
    CompletableFuture<Long> upToDate() {
        long index = committed;
        long now = applied;
        if (now >= index) {
            return CompletableFuture.completedFuture(now);
        }
        var reached = new CompletableFuture<Long>();
        if (waiting.incrementAndGet() > ReadBarriers.WAITING_MAX) {
            waiting.decrementAndGet();
            reached.completeExceptionally(new SubmitException.Overloaded(group, ReadBarriers.WAITING_MAX, 0));
            return reached;
        }
        waiters.add(new Waiter(index, reached));
        // It may have been reached, or given up, just before.
        tell();
        if (aborted) {
            abort();
        }
        return reached;
    }

    /** Fails whoever waits, now or later: the replica has stopped. */
    void abort() {
        aborted = true;
        for (var waiter : waiters) {
            if (left(waiter)) {
                waiter.applied().completeExceptionally(new SubmitException.Stopped(group));
            }
        }
    }

    private void tell() {
        if (waiters.isEmpty()) {
            return;
        }
        long now = applied;
        for (var waiter : waiters) {
            if (waiter.index() <= now && left(waiter)) {
                waiter.applied().complete(now);
            }
        }
    }

    private boolean left(Waiter waiter) {
        boolean isFirst = waiters.remove(waiter);
        if (isFirst) {
            waiting.decrementAndGet();
        }
        return isFirst;
    }
}
