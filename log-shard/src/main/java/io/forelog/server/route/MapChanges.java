package io.forelog.server.route;

import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchLogException;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Waits for a log's map to say what its shards said first: that one of them is sealed. Safe for use by any thread; what
 * waits is bounded by the calls that do.
 */
public final class MapChanges {

    private record Awaited(long log, String name, List<Integer> shards) {}

    private final MetadataStore metadata;
    private final Map<CompletableFuture<Log>, Awaited> waiting = new ConcurrentHashMap<>();

    public MapChanges(MetadataStore metadata) {
        this.metadata = metadata;
        metadata.watch((before, after) -> tell(after));
    }

    /**
     * Completes with the log as it is once none of these shards is open in its map.
     *
     * @return fails with a {@link NoLeaderException} if that takes longer than {@code max}, and with a {@link
     *     NoSuchLogException} if the log is deleted
     */
    public CompletableFuture<Log> without(Log log, Collection<Integer> shards, Duration max) {
        var come = new CompletableFuture<Log>();
        waiting.put(come, new Awaited(log.incarnation(), log.name(), List.copyOf(shards)));
        tell(metadata.state());
        CompletableFuture.delayedExecutor(Math.max(1, max.toNanos()), TimeUnit.NANOSECONDS)
                .execute(() -> come.completeExceptionally(new NoLeaderException(
                        "shards " + shards + " of '" + log.name() + "' are sealed, and their children not known yet")));
        return come.whenComplete((changed, failure) -> waiting.remove(come));
    }

    private void tell(ClusterState state) {
        waiting.forEach((come, awaited) -> {
            var log = state.find(awaited.log());
            if (log == null) {
                come.completeExceptionally(new NoSuchLogException(awaited.name()));
            } else if (awaited.shards().stream()
                    .noneMatch(shard -> log.shards().shards().get(shard).isOpen())) {
                come.complete(log);
            }
        });
    }
}
