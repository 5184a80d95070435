package io.forelog.server.route;

import io.forelog.error.NoLeaderException;
import io.forelog.metadata.MetadataStore;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Brings what this node knows of the cluster up to date, for callers that ask for what it has not heard of: another
 * node may have made it a moment ago. One asking is under way at a time, and one more waits for all who came meanwhile,
 * so that names nobody ever gave cost the cluster little. Safe for use by any thread.
 */
public final class FreshMetadata {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final MetadataStore metadata;
    private @Nullable CompletableFuture<Void> running;
    private @Nullable CompletableFuture<Void> next;

    public FreshMetadata(MetadataStore metadata) {
        this.metadata = metadata;
    }

    /**
     * Completes once this node knows what was so when it was called; fails with a {@link NoLeaderException} otherwise.
     */
    public CompletableFuture<Void> await() {
        CompletableFuture<Void> begun;
        synchronized (this) {
            if (running != null) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            begun = new CompletableFuture<>();
            running = begun;
        }
        ask(begun);
        return begun;
    }

    private void ask(CompletableFuture<Void> asked) {
        metadata.refreshed()
                .<Void>thenApply(state -> null)
                .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .whenComplete((nothing, failure) -> {
                    var waiting = ended();
                    if (waiting != null) {
                        ask(waiting);
                    }
                    if (failure == null) {
                        asked.complete(null);
                    } else {
                        asked.completeExceptionally(new NoLeaderException(
                                "this node has not heard of it, and cannot ask what it may have missed: "
                                        + failure.getMessage()));
                    }
                });
    }

    private synchronized @Nullable CompletableFuture<Void> ended() {
        running = next;
        next = null;
        return running;
    }
}
