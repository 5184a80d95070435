package io.forelog.metadata;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;

/**
 * Keeps the cluster's state and orders its changes. What {@link #submit} completed with is durable and seen by
 * every later call here.
 *
 * <p>Safe for use by any thread.
 */
public interface MetadataStore extends AutoCloseable {

    /** Returns the newest state known here; never blocks. */
    ClusterState state();

    /**
     * Applies a command.
     *
     * @return the state after it; fails with a {@link io.forelog.error.ForelogException} if it was refused
     */
    CompletableFuture<ClusterState> submit(MetadataCommand command);

    /**
     * Completes once {@link #state} has all that was acknowledged anywhere before this call, with that state; fails
     * with a {@link io.forelog.error.ForelogException} if this cannot be told now. By default as costly as a command.
     */
    default CompletableFuture<ClusterState> refreshed() {
        return submit(new MetadataCommand.ChangePlan(PlanCommand.NOTHING));
    }

    /**
     * Calls {@code watcher} with the state before and after each change, in order, from a thread of the store's.
     * A watcher must not block.
     */
    void watch(BiConsumer<ClusterState, ClusterState> watcher);

    /** Calls {@code watcher} no more, but for calls under way, and lets go of it. */
    void unwatch(BiConsumer<ClusterState, ClusterState> watcher);

    @Override
    void close();
}
