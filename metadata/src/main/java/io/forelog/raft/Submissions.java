package io.forelog.raft;

import io.forelog.raft.wal.StorageFullException;
import io.forelog.raft.wal.WriteAheadLog;
import io.microraft.impl.RaftNodeImpl;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Operations on their way: admitted while there is room for them in the log and few are pending, answered once they are
 * applied here. An operation that is refused was not appended. Safe for use by several threads.
 */
final class Submissions {

    private final String group;
    private final RaftNodeImpl node;
    private final WriteAheadLog log;
    private final GroupLimits limits;
    private final FailStop failStop;
    private final Failures failures;
    private final LongSupplier nanoTime;
    private final LongAdder committed = new LongAdder();
    private final LongAdder commitNanos = new LongAdder();
    private final Set<CompletableFuture<Committed>> pending = ConcurrentHashMap.newKeySet();
    private final AtomicInteger pendingEntries = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private volatile @Nullable MemberId successor;
    private volatile @Nullable Runnable onQuiet;

    Submissions(
            String group,
            RaftNodeImpl node,
            WriteAheadLog log,
            GroupLimits limits,
            FailStop failStop,
            Failures failures,
            LongSupplier nanoTime) {
        this.group = group;
        this.node = node;
        this.log = log;
        this.limits = limits;
        this.failStop = failStop;
        this.failures = failures;
        this.nanoTime = nanoTime;
    }

    int pendingEntries() {
        return pendingEntries.get();
    }

    long committed() {
        return committed.sum();
    }

    long commitNanos() {
        return commitNanos.sum();
    }

    /** Submits an operation; the bytes are handed over. */
    CompletableFuture<Committed> submit(ByteBuffer operation, Durability durability) {
        var bytes = operation.remaining();
        if (bytes > limits.entryBytesMax()) {
            throw new IllegalArgumentException("an operation of " + bytes + " bytes exceeds " + limits.entryBytesMax());
        }
        var answer = new CompletableFuture<Committed>();
        var entries = pendingEntries.incrementAndGet();
        var allBytes = pendingBytes.addAndGet(bytes);
        var refusal = refusal(entries, allBytes, bytes);
        if (refusal.isPresent()) {
            done(bytes);
            answer.completeExceptionally(refusal.get());
            return answer;
        }
        pending.add(answer);
        var sinceNanos = nanoTime.getAsLong();
        answer.whenComplete((done, failure) -> {
            pending.remove(answer);
            if (failure == null) {
                committed.increment();
                commitNanos.add(nanoTime.getAsLong() - sinceNanos);
            }
            done(bytes);
        });
        var kind = durability == Durability.FORCED ? EntryKind.FORCED : EntryKind.BUFFERED;
        node.replicate(LogOperation.submitted(kind, operation, answer)).whenComplete((handedOver, failure) -> {
            // Success means handed over to the state machine, whose answer is the one that counts.
            if (failure != null) {
                answer.completeExceptionally(failures.of(failure));
            }
        });
        if (failStop.isStopped()) {
            // It may have slipped in after abort().
            answer.completeExceptionally(new SubmitException.Stopped(group));
        }
        return answer;
    }

    /**
     * Refuses operations from here on, naming {@code next} as the one to ask.
     *
     * @param whenQuiet run once none is pending, perhaps at once
     */
    void pauseFor(MemberId next, Runnable whenQuiet) {
        successor = next;
        onQuiet = whenQuiet;
        tellIfQuiet();
    }

    void resume() {
        onQuiet = null;
        successor = null;
    }

    /** Fails all that is pending: the replica has stopped. */
    void abort() {
        for (var answer : pending) {
            answer.completeExceptionally(new SubmitException.OutcomeUnknown(group, "the replica has stopped"));
        }
    }

    private Optional<SubmitException> refusal(int entries, long allBytes, int bytes) {
        var next = successor;
        if (failStop.isStopped()) {
            return Optional.of(new SubmitException.Stopped(group));
        }
        if (next != null) {
            return Optional.of(new SubmitException.NotLeader(group, Optional.of(next)));
        }
        if (entries > limits.pendingEntriesMax() || allBytes > limits.pendingBytesMax()) {
            return Optional.of(new SubmitException.Overloaded(group, entries - 1, allBytes - bytes));
        }
        try {
            log.ensureRoom(allBytes + (long) entries * WriteAheadLog.ENTRY_OVERHEAD_BYTES, limits.entryBytesMax());
            return Optional.empty();
        } catch (StorageFullException e) {
            return Optional.of(new SubmitException.StorageFull(group, String.valueOf(e.getMessage())));
        } catch (IOException e) {
            failStop.stop(e);
            return Optional.of(new SubmitException.Stopped(group));
        }
    }

    private void done(int bytes) {
        pendingBytes.addAndGet(-bytes);
        pendingEntries.decrementAndGet();
        tellIfQuiet();
    }

    private void tellIfQuiet() {
        var listener = onQuiet;
        if (listener != null && pendingEntries.get() == 0) {
            listener.run();
        }
    }
}
