package io.forelog.server.http;

import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.record.RecordAddress;
import io.forelog.server.route.ShardReaders;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the newest record with a key, through all shards that ever took the key. */
final class KeyLookup {

    private final ShardReaders shards;

    KeyLookup(ShardReaders shards) {
        this.shards = shards;
    }

    /** Returns the shards that ever took the key, parents first. */
    static List<Shard> lineage(Log log, byte[] key) {
        return log.shards().lineageOf(KeyHash.of(key, log.settings().keyDelimiter()));
    }

    /** Asks the shards one after another, newest first; null if none has it. */
    CompletableFuture<@Nullable RecordAddress> newest(Log log, byte[] key) {
        return newest(log, key, lineage(log, key).reversed().iterator());
    }

    private CompletableFuture<@Nullable RecordAddress> newest(Log log, byte[] key, Iterator<Shard> newestFirst) {
        if (!newestFirst.hasNext()) {
            return CompletableFuture.completedFuture(null);
        }
        int shard = newestFirst.next().number();
        return shards.of(log, shard).newest(key).thenCompose(offset -> offset >= 0
                ? CompletableFuture.completedFuture(new RecordAddress(shard, offset))
                : newest(log, key, newestFirst));
    }
}
