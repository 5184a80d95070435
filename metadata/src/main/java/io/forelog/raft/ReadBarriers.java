package io.forelog.raft;

import io.microraft.QueryPolicy;
import io.microraft.impl.RaftNodeImpl;
import io.microraft.impl.statemachine.NoOp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Moments at which a leader's state machine may be read: it is the leader still, and has applied all that was
 * acknowledged before.
 *
 * <p>A barrier asks a majority. Barriers that are asked for while a round is under way wait for the next: MicroRaft
 * would let them join, but acknowledgements of that round may have been sent before, by followers that have another
 * leader by now. Likewise a lease counts from the start of the round that renewed it, not from when its answers were
 * handled, which a paused process does late. Followers grant no vote for {@link RaftTiming#endedTimeout()} after they
 * heard of the leader, and for longer unless they believe that its process has ended; a restarted one none for longer
 * still after its start. So within it there is no other leader (dissertation, section 6.4.1); a tenth is left for
 * clocks that differ in speed.
 */
final class ReadBarriers {

    /** Readers that may wait for a round; a round takes a network round trip. */
    static final int WAITING_MAX = 100_000;

    private static final double LEASE_SHARE = 0.9;

    private final String group;
    private final RaftNodeImpl node;
    private final Applier applier;
    private final Failures failures;
    private final LongSupplier nanoTime;
    private final long leaseNanos;
    private final LongSupplier leadingTerm;
    private List<CompletableFuture<Long>> waiting = new ArrayList<>();
    private boolean roundUnderWay;
    private long endedTerm = -1;
    private volatile @Nullable Lease lease;

    private record Lease(long term, long endNanos) {}

    /**
     * Creates it.
     *
     * @param promised for how long after they heard of the leader followers vote for no other
     * @param leadingTerm term in which this member leads and has applied what came before, or -1
     */
    ReadBarriers(
            String group,
            RaftNodeImpl node,
            Applier applier,
            Failures failures,
            LongSupplier nanoTime,
            Duration promised,
            LongSupplier leadingTerm) {
        this.group = group;
        this.node = node;
        this.applier = applier;
        this.failures = failures;
        this.nanoTime = nanoTime;
        this.leaseNanos = (long) (promised.toNanos() * LEASE_SHARE);
        this.leadingTerm = leadingTerm;
    }

    /** Completes, by the thread that applies, with the index applied at the barrier. */
    synchronized CompletableFuture<Long> linearizable() {
        var barrier = new CompletableFuture<Long>();
        if (waiting.size() >= WAITING_MAX) {
            barrier.completeExceptionally(new SubmitException.Overloaded(group, waiting.size(), 0));
            return barrier;
        }
        waiting.add(barrier);
        if (!roundUnderWay) {
            startRound();
        }
        return barrier;
    }

    /**
     * Completes without asking anybody under a lease, once all is applied that a follower may know to be committed: it
     * may have applied it before its leader, and let it be read. Else like {@link #linearizable()}, which renews the
     * lease.
     */
    CompletableFuture<Long> leased() {
        var current = lease;
        if (current != null
                && current.term() == leadingTerm.getAsLong()
                && current.endNanos() - nanoTime.getAsLong() > 0) {
            return applier.progress().upToDate();
        }
        return linearizable();
    }

    /** Ends the lease, and grants none for the rest of the term. */
    synchronized void endLeases() {
        endedTerm = node.getTerm().getTerm();
        lease = null;
    }

    /** Fails whoever waits: the replica has stopped. */
    synchronized void abort() {
        waiting.forEach(barrier -> barrier.completeExceptionally(new SubmitException.Stopped(group)));
        waiting = new ArrayList<>();
        lease = null;
    }

    private void startRound() {
        roundUnderWay = true;
        var round = waiting;
        waiting = new ArrayList<>();
        var term = node.getTerm().getTerm();
        var startNanos = nanoTime.getAsLong();
        node.query(NoOp.INSTANCE, QueryPolicy.LINEARIZABLE, Optional.empty(), Optional.empty())
                .whenComplete((read, failure) -> finishRound(round, term, startNanos, failure));
    }

    private void finishRound(
            List<CompletableFuture<Long>> round, long term, long startNanos, @Nullable Throwable failure) {
        if (failure == null) {
            renew(term, startNanos);
            applier.afterwards(applied -> round.forEach(barrier -> barrier.complete(applied)));
        } else {
            var answer = failures.of(failure);
            round.forEach(barrier -> barrier.completeExceptionally(answer));
        }
        synchronized (this) {
            roundUnderWay = false;
            if (!waiting.isEmpty()) {
                startRound();
            }
        }
    }

    private synchronized void renew(long term, long startNanos) {
        if (term != endedTerm && term == node.getTerm().getTerm()) {
            lease = new Lease(term, startNanos + leaseNanos);
        }
    }
}
