package io.forelog.replication;

/**
 * Takes batches, puts them in an order that every replica agrees on, and commits them.
 *
 * <p>Safe for use by any thread; never blocks.
 */
public interface Replication {

    /**
     * Appends a batch. {@code command.done()} completes when it is committed, or fails with a {@link
     * io.forelog.error.ForelogException}.
     */
    void append(AppendCommand command);
}
