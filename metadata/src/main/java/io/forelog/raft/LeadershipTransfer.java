package io.forelog.raft;

import io.microraft.impl.RaftNodeImpl;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Hands leadership over. MicroRaft, asked while entries are pending, refuses writes and tries again each heartbeat; so
 * new operations are refused first, and it is asked once the pending ones are answered. That takes a few milliseconds.
 */
final class LeadershipTransfer {

    private final RaftNodeImpl node;
    private final Submissions submissions;
    private final ReadBarriers barriers;
    private final RaftRuntime runtime;
    private final Duration quietTimeout;
    private final Failures failures;
    private final AtomicBoolean underWay = new AtomicBoolean();

    LeadershipTransfer(
            RaftNodeImpl node,
            Submissions submissions,
            ReadBarriers barriers,
            RaftRuntime runtime,
            Duration quietTimeout,
            Failures failures) {
        this.node = node;
        this.submissions = submissions;
        this.barriers = barriers;
        this.runtime = runtime;
        this.quietTimeout = quietTimeout;
        this.failures = failures;
    }

    CompletableFuture<Void> to(MemberId target) {
        var result = new CompletableFuture<Void>();
        if (!underWay.compareAndSet(false, true)) {
            result.completeExceptionally(new IllegalStateException("a transfer of leadership is under way"));
            return result;
        }
        // The successor is elected without regard to the promise that followers made to this leader.
        barriers.endLeases();
        var asked = new AtomicBoolean();
        result.whenComplete((nothing, failure) -> {
            submissions.resume();
            underWay.set(false);
        });
        submissions.pauseFor(target, () -> {
            if (asked.compareAndSet(false, true)) {
                ask(target, result);
            }
        });
        runtime.schedule(quietTimeout, () -> {
            if (asked.compareAndSet(false, true)) {
                result.completeExceptionally(new TimeoutException(
                        submissions.pendingEntries() + " operations are still pending after " + quietTimeout));
            }
        });
        return result;
    }

    private void ask(MemberId target, CompletableFuture<Void> result) {
        node.transferLeadership(new Endpoint(target)).whenComplete((done, failure) -> {
            // MicroRaft completes with a failure as value when its own retries are used up.
            if (failure != null) {
                result.completeExceptionally(failures.of(failure));
            } else {
                result.complete(null);
            }
        });
    }
}
