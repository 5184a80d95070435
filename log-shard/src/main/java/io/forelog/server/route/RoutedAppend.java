package io.forelog.server.route;

import io.forelog.error.CommitUnknownException;
import io.forelog.error.ForelogException;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchLogException;
import io.forelog.error.ShardSealedException;
import io.forelog.metadata.Group;
import io.forelog.record.CorruptBatchException;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.server.peer.PeerException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One append on its way to the leader of its shard's group.
 *
 * <p>A try that certainly appended nothing (the node was not reached, or does not lead) is followed by another. One
 * that may have appended (the answer is lost, or the leader does not know itself) is followed by another only if the
 * batch has a producer, whose repeats the shard tells, and no condition: a condition that fails the second time does
 * not say that the first one failed. From then on nothing but success or commit-unknown may be answered, whatever the
 * later tries say.
 *
 * <p>Guarded by itself; what it calls is called without the guard.
 */
final class RoutedAppend {

    private static final long NO_PRODUCER = -1;
    private static final long PAUSE_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PAUSE_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Bytes that the way altered come whole the next time; those that were never whole do not. */
    private static final int CORRUPT_TRIES_MAX = 3;

    /**
     * With less left no try is begun: cut off by the deadline, it would turn a plain refusal into an unknown outcome.
     */
    private static final long LAST_TRY_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final RoutedReplication route;
    private final AppendCommand command;
    private final long deadline;

    /** How many tries were begun. */
    private int tries;

    /** Whether no try is under way. One begins only if so: two at a time could append twice. */
    private boolean isWaiting = true;

    /** What the try under way waits for, once that is known. */
    private @Nullable CompletableFuture<?> sent;

    private @Nullable Group sentFor;
    private String sentTo = "";

    /** Who leads by the word of a node that does not. */
    private @Nullable String hint;

    private boolean mayBeAppended;
    private String lastFailure = "no leader is known";
    private boolean isEnded;

    RoutedAppend(RoutedReplication route, AppendCommand command, long deadline) {
        this.route = route;
        this.command = command;
        this.deadline = deadline;
    }

    long deadline() {
        return deadline;
    }

    void start() {
        attempt(0);
    }

    /** Tries once, unless another try has begun after the first {@code seen}. */
    private void attempt(int seen) {
        int number;
        String hinted;
        synchronized (this) {
            if (isEnded || !isWaiting || tries != seen) {
                return;
            }
            isWaiting = false;
            number = ++tries;
            hinted = hint;
            hint = null;
        }
        var group = route.group(command);
        if (group == null) {
            // Its log is deleted: not even a leader that is cut off would be asked again.
            fail(new NoSuchLogException("of incarnation " + command.shard().log()));
            return;
        }
        boolean here = route.leads(group);
        var target = here ? route.node() : hinted != null ? hinted : route.leader(group);
        if (!here && (target == null || target.equals(route.node()))) {
            pause(number, "group " + group.id() + " has no leader at present");
        } else if (here) {
            send(route.appendHere(command), group, target, number);
        } else {
            var left = Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
            send(route.appendAt(target, command, left).thenApply(answer -> answer.at()), group, target, number);
        }
    }

    private void send(CompletableFuture<Appended> answer, Group group, String target, int number) {
        synchronized (this) {
            if (!answer.isDone()) {
                sent = answer;
                sentFor = group;
                sentTo = target;
            }
        }
        answer.whenComplete((appended, failure) -> {
            synchronized (this) {
                sent = null;
                sentFor = null;
            }
            if (failure == null) {
                succeed(appended);
            } else {
                failed(RoutedCall.cause(failure), number);
            }
        });
    }

    private void failed(Throwable failure, int number) {
        switch (failure) {
            case NoLeaderException e -> {
                boolean newHint;
                synchronized (this) {
                    // Two nodes that each take the other for the leader must not keep the append going between them.
                    newHint = e.leader() != null && number % 2 == 1;
                    hint = newHint ? e.leader() : null;
                    isWaiting = newHint;
                }
                if (newHint) {
                    attempt(number);
                } else {
                    pause(number, e.getMessage());
                }
            }
            case PeerException e when !e.mayHaveArrived() -> pause(number, e.getMessage());
            // Whatever an earlier try came to: a shard that had taken it would say so, sealed or not, and takes it no
            // more.
            case ShardSealedException e -> settle(e);
            case CorruptBatchException e when number < CORRUPT_TRIES_MAX -> pause(number, e.getMessage());
            case CorruptBatchException e -> fail(e);
            case PeerException e -> unknown(number, e.getMessage());
            case CommitUnknownException e -> unknown(number, e.getMessage());
            case ForelogException e -> fail(e);
            // A defect, of this node or the leader: nothing is known of what it left behind.
            default -> unknown(number, failure.toString());
        }
    }

    private void unknown(int number, @Nullable String what) {
        synchronized (this) {
            mayBeAppended = true;
        }
        boolean tellsRepeats =
                command.batch().producerId() != NO_PRODUCER && command.nextOffset() == AppendCommand.ANY_OFFSET;
        if (tellsRepeats) {
            pause(number, what);
        } else {
            fail(new CommitUnknownException(String.valueOf(what)));
        }
    }

    private void pause(int number, @Nullable String what) {
        synchronized (this) {
            lastFailure = String.valueOf(what);
            isWaiting = true;
        }
        long longest = Math.min(PAUSE_MAX_NANOS, PAUSE_MIN_NANOS << Math.min(number, 10));
        long pause = ThreadLocalRandom.current().nextLong(longest / 2, longest);
        if (System.nanoTime() + pause + LAST_TRY_NANOS - deadline >= 0) {
            end("no try succeeded");
        } else if (route.isClosing()) {
            end("the node is closing");
        } else {
            route.later(this, () -> attempt(number), pause);
        }
    }

    /** Learns who leads a group: goes on at once if it waits for that, and gives up a leader that is none any more. */
    void led(Group group, long graceNanos) {
        int seen;
        CompletableFuture<?> superseded;
        String former;
        synchronized (this) {
            if (isWaiting) {
                seen = tries;
                superseded = null;
            } else {
                seen = 0;
                superseded = isSuperseded(group) ? sent : null;
            }
            former = sentTo;
        }
        if (superseded != null) {
            var what = former + " does not lead group " + group.id() + " any more, and did not answer";
            route.later(this, () -> superseded.completeExceptionally(new CommitUnknownException(what)), graceNanos);
        }
        var own = seen == 0 ? null : route.group(command);
        if (own != null && own.id() == group.id()) {
            attempt(seen);
        }
    }

    /** Learns that the log's map has changed: what waits need not wait longer. */
    void mapChanged(long log) {
        int seen;
        synchronized (this) {
            seen = isWaiting && command.shard().log() == log ? tries : 0;
        }
        if (seen > 0) {
            attempt(seen);
        }
    }

    private boolean isSuperseded(Group group) {
        return sentFor != null
                && sentFor.id() == group.id()
                && group.term() > sentFor.term()
                && !sentTo.equals(group.leader());
    }

    /** Ends it, whatever is under way. */
    void end(String why) {
        boolean unknown;
        String last;
        synchronized (this) {
            unknown = mayBeAppended || !isWaiting;
            last = lastFailure;
        }
        var detail = "shard " + command.shard() + ": " + why + "; " + last;
        fail(unknown ? new CommitUnknownException(detail) : new NoLeaderException(detail));
    }

    private void succeed(Appended appended) {
        if (first()) {
            command.done().complete(appended);
        }
    }

    private void fail(RuntimeException failure) {
        boolean unknown;
        synchronized (this) {
            unknown = mayBeAppended;
        }
        if (first()) {
            command.done()
                    .completeExceptionally(
                            unknown && !(failure instanceof CommitUnknownException)
                                    ? new CommitUnknownException(
                                            "an earlier try may have been appended; the last one: "
                                                    + failure.getMessage(),
                                            failure)
                                    : failure);
        }
    }

    private void settle(RuntimeException refusal) {
        if (first()) {
            command.done().completeExceptionally(refusal);
        }
    }

    private synchronized boolean first() {
        boolean first = !isEnded;
        isEnded = true;
        if (first) {
            route.ended(this);
        }
        return first;
    }
}
