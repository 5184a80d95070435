package io.forelog.server.route;

import io.forelog.error.ShardSealedException;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Finds the newest record with a key among all shards that ever took it: the one that takes it now says whether it
 * still does, and by a newer map if it does not; those before it are asked one after another, newest first. Safe for
 * use by any thread; never blocks.
 */
public final class NewestOfKey {

    private final ShardReaders shards;
    private final MapChanges changes;
    private final Duration patience;

    /** @param patience how long a question may take that meets a sealed shard until its children are known */
    public NewestOfKey(ShardReaders shards, MapChanges changes, Duration patience) {
        this.shards = shards;
        this.changes = changes;
        this.patience = patience;
    }

    /** Returns the shards that took a key, the one that takes it now last. */
    public static List<Shard> lineage(Log log, byte[] key) {
        return log.shards().lineageOf(KeyHash.of(key, log.settings().keyDelimiter()));
    }

    /** Completes with where the newest record with a key is, or null if there is none. */
    public CompletableFuture<@Nullable RecordAddress> of(Log log, byte[] key) {
        var newestFirst = lineage(log, key).reversed().iterator();
        int shard = newestFirst.next().number();
        return shards.of(log, shard)
                .newestOfAll(key)
                .thenCompose(offset -> offset >= 0
                        ? CompletableFuture.completedFuture(new RecordAddress(shard, offset))
                        : next(log, key, newestFirst))
                .exceptionallyCompose(failure -> {
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    return cause instanceof ShardSealedException
                            ? changes.without(log, List.of(shard), patience).thenCompose(now -> of(now, key))
                            : CompletableFuture.failedFuture(cause);
                });
    }

    private CompletableFuture<@Nullable RecordAddress> next(Log log, byte[] key, Iterator<Shard> newestFirst) {
        if (!newestFirst.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        int shard = newestFirst.next().number();
        return shards.of(log, shard)
                .newest(key)
                .thenCompose(offset -> offset >= 0
                        ? CompletableFuture.completedFuture(new RecordAddress(shard, offset))
                        : next(log, key, newestFirst));
    }
}
