package io.forelog.server.http;

import io.forelog.error.ShardSealedException;
import io.forelog.error.WrongShardException;
import io.forelog.metadata.Log;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.server.shard.Part.Producer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Which shard takes each record of an append. */
final class AppendRouting {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private final AtomicInteger nextKeyless = new AtomicInteger();

    /**
     * Returns where each record lies in the hash space, by its place. A record without a key lies anywhere; but that of
     * a producer where it follows from who sends it and when, so that a repeat falls into the same shard, or a child of
     * it.
     */
    long[] hashes(Log log, List<LogRecord> records, @Nullable Producer producer) {
        var hashes = new long[records.size()];
        int turn = producer == null ? nextKeyless.getAndAdd(hashes.length) : 0;
        for (int i = 0; i < hashes.length; i++) {
            var key = records.get(i).key();
            if (key != null) {
                hashes[i] = KeyHash.of(key, log.settings().keyDelimiter());
            } else if (producer != null) {
                hashes[i] = mixed((producer.id() * 31 + producer.sequence()) * 31 + i);
            } else {
                hashes[i] = spread(log, turn + i);
            }
        }
        return hashes;
    }

    /** Records without a key take the open shards by turns. */
    private static long spread(Log log, int turn) {
        var open = log.shards().open();
        return open.get(Math.floorMod(turn, open.size())).range().from();
    }

    /** David Stafford's mix 13 of a 64-bit number. */
    private static long mixed(long value) {
        long z = value * GOLDEN;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Returns the open shard of each record. */
    static int[] shards(Log log, long[] hashes) {
        var shards = new int[hashes.length];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = log.shards().shardOf(hashes[i]).number();
        }
        return shards;
    }

    /**
     * Checks that the shard that the caller chose takes a batch.
     *
     * @throws ShardSealedException if it is sealed
     * @throws WrongShardException if a key belongs elsewhere
     */
    static void requireTakes(Log log, RecordBatch batch, int only) {
        var shard = log.shards().shard(only);
        requireOpen(shard, only);
        var delimiter = log.settings().keyDelimiter();
        batch.forEachView((index, timestamp, record) -> {
            if (record.keyLength() >= 0) {
                requireTakes(log, shard, only, record.keyHash(delimiter));
            }
        });
    }

    /**
     * Returns the one shard that the caller chose, for each record.
     *
     * @throws ShardSealedException if it is sealed, and the append cannot be a repeat of one that it took
     * @throws WrongShardException if a key belongs elsewhere
     */
    static int[] chosen(Log log, List<LogRecord> records, long[] hashes, int only, @Nullable Producer producer) {
        var shard = log.shards().shard(only);
        if (producer == null) {
            requireOpen(shard, only);
        }
        var shards = new int[hashes.length];
        for (int i = 0; i < shards.length; i++) {
            shards[i] = only;
            if (records.get(i).key() != null) {
                requireTakes(log, shard, only, hashes[i]);
            }
        }
        return shards;
    }

    private static void requireOpen(@Nullable Shard shard, int only) {
        if (shard != null && !shard.isOpen()) {
            throw new ShardSealedException(only, shard.children());
        }
    }

    private static void requireTakes(Log log, @Nullable Shard shard, int only, long hash) {
        if (shard == null || !shard.range().contains(hash)) {
            throw new WrongShardException(only, log.shards().shardOf(hash).number());
        }
    }
}
