package io.forelog.raft;

import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.state.FollowerState;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tells the leader's callers when every live member has an entry, as its answer comes in. Whoever was silent for a
 * while is not live, and is not waited for.
 *
 * <p>What waits is bounded by what may be under way in the group. Safe for use by several threads, but for
 * {@link #look}.
 */
final class LiveReplicas {

    /** How often is looked whether a member that is waited for has gone silent. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final String STOPPED = "this member has stopped";

    private record Waiter(long index, CompletableFuture<Void> done, long untilNanos) {}

    private final String group;
    private final RaftNodeImpl node;
    private final Executor raft;
    private final RaftRuntime runtime;
    private final ScaledTime time;
    private final Duration silenceMax;
    private final Set<Waiter> waiting = Collections.synchronizedSet(new LinkedHashSet<>());
    private boolean isStopped;

    /** Of the Raft thread. */
    private boolean isLooking;

    LiveReplicas(
            String group, RaftNodeImpl node, Executor raft, RaftRuntime runtime, ScaledTime time, Duration silenceMax) {
        this.group = group;
        this.node = node;
        this.raft = raft;
        this.runtime = runtime;
        this.time = time;
        this.silenceMax = silenceMax;
    }

    /** Waits until every live member has the entry at {@code index}; fails if that takes longer than {@code atMost}. */
    CompletableFuture<Void> have(long index, Duration atMost) {
        var waiter = new Waiter(index, new CompletableFuture<>(), runtime.nanoTime() + atMost.toNanos());
        synchronized (waiting) {
            if (isStopped) {
                waiter.done().completeExceptionally(unknown(STOPPED));
            } else {
                waiting.add(waiter);
            }
        }
        raft.execute(this::look);
        return waiter.done();
    }

    /** A member has answered, or time has passed. Raft thread only. */
    void look() {
        if (waiting.isEmpty()) {
            return;
        }
        var leading = node.state().leaderState();
        if (leading == null) {
            end(waiter -> true, unknown("this member leads no more"));
            return;
        }
        long everywhere = leading.getFollowerStates().values().stream()
                .filter(this::isLive)
                .mapToLong(FollowerState::matchIndex)
                .min()
                .orElse(Long.MAX_VALUE);
        end(waiter -> waiter.index() <= everywhere, null);
        lookAgain();
    }

    private boolean isLive(FollowerState follower) {
        return time.wallSince(follower.responseTimestamp()).compareTo(silenceMax) < 0;
    }

    private void lookAgain() {
        if (isLooking || waiting.isEmpty()) {
            return;
        }
        isLooking = true;
        runtime.schedule(
                LOOK,
                () -> raft.execute(() -> {
                    isLooking = false;
                    long now = runtime.nanoTime();
                    end(waiter -> now - waiter.untilNanos() > 0, unknown("not every live member has it yet"));
                    look();
                }));
    }

    /** Nobody is told any more. */
    void abort() {
        synchronized (waiting) {
            isStopped = true;
        }
        end(waiter -> true, unknown(STOPPED));
    }

    /** Ends some waits, in order; outside of the lock, for whoever waits goes on from here. */
    private void end(Predicate<Waiter> which, @Nullable SubmitException failure) {
        List<Waiter> ended;
        synchronized (waiting) {
            ended = waiting.stream().filter(which).toList();
            waiting.removeAll(ended);
        }
        for (var waiter : ended) {
            if (failure == null) {
                waiter.done().complete(null);
            } else {
                waiter.done().completeExceptionally(failure);
            }
        }
    }

    private SubmitException unknown(String why) {
        return new SubmitException.OutcomeUnknown(group, "a majority has it, " + why);
    }
}
