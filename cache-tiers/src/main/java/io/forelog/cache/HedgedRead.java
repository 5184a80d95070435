package io.forelog.cache;

import io.forelog.record.LogRecord;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A read of one replica and, if that is late, of a second. Completes with the first record that comes. Fails only as
 * the first read does: a second replica may lag, so that it lacks the record, or fails, says nothing.
 */
final class HedgedRead extends CompletableFuture<LogRecord> {

    private @Nullable Throwable firstFailure;
    private boolean secondUnderWay;

    void firstEnded(@Nullable LogRecord record, @Nullable Throwable failure) {
        if (record != null) {
            complete(record);
            return;
        }
        synchronized (this) {
            firstFailure = failure;
            if (secondUnderWay && !OwnerReads.isFinal(failure)) {
                return;
            }
        }
        completeExceptionally(failure);
    }

    /** Returns whether a second read would still be of use, and notes that it begins. */
    synchronized boolean secondBegins() {
        secondUnderWay = !isDone() && firstFailure == null;
        return secondUnderWay;
    }

    /** Returns whether the second read was the one that had the record first. */
    boolean secondEnded(@Nullable LogRecord record) {
        if (record != null) {
            return complete(record);
        }
        Throwable failure;
        synchronized (this) {
            secondUnderWay = false;
            failure = firstFailure;
        }
        if (failure != null) {
            completeExceptionally(failure);
        }
        return false;
    }
}
