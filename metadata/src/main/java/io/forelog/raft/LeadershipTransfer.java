package io.forelog.raft;

import io.microraft.impl.RaftNodeImpl;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * Hands leadership over. MicroRaft, asked while entries are pending or the target lacks some, refuses writes and tries
 * again each heartbeat. So the target is first left to catch up while all goes on; then new operations are refused, and
 * MicroRaft is asked once the pending ones are answered and the target has everything. That takes a few milliseconds.
 */
final class LeadershipTransfer {

    /** A target that lacks no more has them in a few milliseconds. */
    private static final long NEAR_ENTRIES = ReconcilerConfig.DEFAULT.lagMax();

    private static final Duration LOOK = Duration.ofMillis(5);

    private final RaftNodeImpl node;
    private final Executor raft;
    private final Supplier<List<FollowerProgress>> followers;
    private final Submissions submissions;
    private final ReadBarriers barriers;
    private final RaftRuntime runtime;
    private final Duration patience;
    private final Failures failures;
    private final AtomicBoolean underWay = new AtomicBoolean();

    /** One transfer, until it is done. */
    private record Transfer(MemberId target, CompletableFuture<Void> result, AtomicBoolean asked, long untilNanos) {}

    /**
     * Creates it.
     *
     * @param raft runs tasks on the Raft thread
     * @param followers as this member sees them, if it leads
     * @param patience how long the target may take to come near, and then again to have everything
     */
    LeadershipTransfer(
            RaftNodeImpl node,
            Executor raft,
            Supplier<List<FollowerProgress>> followers,
            Submissions submissions,
            ReadBarriers barriers,
            RaftRuntime runtime,
            Duration patience,
            Failures failures) {
        this.node = node;
        this.raft = raft;
        this.followers = followers;
        this.submissions = submissions;
        this.barriers = barriers;
        this.runtime = runtime;
        this.patience = patience;
        this.failures = failures;
    }

    CompletableFuture<Void> to(MemberId target) {
        var result = new CompletableFuture<Void>();
        if (!underWay.compareAndSet(false, true)) {
            result.completeExceptionally(new IllegalStateException("a transfer of leadership is under way"));
            return result;
        }
        result.whenComplete((nothing, failure) -> {
            submissions.resume();
            underWay.set(false);
        });
        awaitNear(target, result, deadline());
        return result;
    }

    private long deadline() {
        return runtime.nanoTime() + patience.toNanos();
    }

    private void awaitNear(MemberId target, CompletableFuture<Void> result, long untilNanos) {
        long lag = followers.get().stream()
                .filter(follower -> follower.member().equals(target))
                .mapToLong(FollowerProgress::lag)
                .findFirst()
                .orElse(0);
        if (lag <= NEAR_ENTRIES) {
            pause(target, result);
        } else if (runtime.nanoTime() - untilNanos > 0) {
            result.completeExceptionally(
                    new TimeoutException(target + " lacks " + lag + " entries still after " + patience));
        } else {
            runtime.schedule(LOOK, () -> awaitNear(target, result, untilNanos));
        }
    }

    private void pause(MemberId target, CompletableFuture<Void> result) {
        // The successor is elected without regard to the promise that followers made to this leader.
        barriers.endLeases();
        var transfer = new Transfer(target, result, new AtomicBoolean(), deadline());
        submissions.pauseFor(target, () -> {
            if (transfer.asked().compareAndSet(false, true)) {
                raft.execute(() -> awaitEqual(transfer));
            }
        });
        runtime.schedule(patience, () -> {
            if (transfer.asked().compareAndSet(false, true)) {
                result.completeExceptionally(new TimeoutException(
                        submissions.pendingEntries() + " operations are still pending after " + patience));
            }
        });
    }

    /** Raft thread only. Where this member leads no more, MicroRaft says so. */
    private void awaitEqual(Transfer transfer) {
        var leading = node.state().leaderState();
        var follower = leading == null ? null : leading.getFollowerStateOrNull(new Endpoint(transfer.target()));
        long last = node.state().log().lastLogOrSnapshotIndex();
        if (follower == null || follower.matchIndex() >= last) {
            ask(transfer);
        } else if (runtime.nanoTime() - transfer.untilNanos() > 0) {
            transfer.result()
                    .completeExceptionally(new TimeoutException(transfer.target() + " lacks "
                            + (last - follower.matchIndex()) + " entries still after " + patience));
        } else {
            runtime.schedule(LOOK, () -> raft.execute(() -> awaitEqual(transfer)));
        }
    }

    private void ask(Transfer transfer) {
        node.transferLeadership(new Endpoint(transfer.target())).whenComplete((done, failure) -> {
            // MicroRaft completes with a failure as value when its own retries are used up.
            if (failure != null) {
                transfer.result().completeExceptionally(failures.of(failure));
            } else {
                transfer.result().complete(null);
            }
        });
    }
}
