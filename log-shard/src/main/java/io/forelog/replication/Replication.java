package io.forelog.replication;

import java.util.concurrent.CompletableFuture;

/**
 * Takes batches, puts them in an order that every replica agrees on, and commits them.
 *
 * <p>Safe for use by any thread; never blocks.
 */
public interface Replication extends AutoCloseable {

    /**
     * Appends a batch. {@code command.done()} completes when it is committed, or fails with a {@link
     * io.forelog.error.ForelogException}.
     */
    void append(AppendCommand command);

    /** Commits what was taken for a replica, then closes its log; later appends to it are refused. */
    CompletableFuture<Void> release(ShardReplica replica);

    /** Commits what was taken, then refuses what comes. */
    @Override
    void close();
}
