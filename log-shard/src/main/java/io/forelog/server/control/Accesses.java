package io.forelog.server.control;

import io.forelog.metadata.ClusterState;
import io.forelog.metadata.KeyRange;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.KeyHash;
import io.forelog.record.LogRecord;
import io.forelog.replication.ShardId;
import io.forelog.server.shard.AppendObserver;
import io.forelog.server.shard.Part;
import io.forelog.statistics.AccessNames;
import io.forelog.statistics.AccessRecorder;
import io.forelog.statistics.StatisticsStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the reads and appends that callers asked this node for, each for its shard, wherever that is. So each is
 * counted once in the cluster. A run of records is one read; what tails and cursors are sent is not counted.
 *
 * <p>Safe for use by any thread; an access costs a hash of its key and an {@link AccessRecorder}'s call.
 */
public final class Accesses implements AppendObserver {

    private static final Logger LOG = LoggerFactory.getLogger(Accesses.class);
    private static final byte[] NO_KEY = {};
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    /** @param recorder null if there is no room for the shard at present */
    private record Counted(
            @Nullable AccessRecorder recorder,
            KeyRange range,
            @Nullable String delimiter) {}

    private final MetadataStore metadata;
    private final StatisticsStore store;
    private final boolean counts;
    private final Map<ShardId, Counted> counted = new ConcurrentHashMap<>();
    private final AtomicLong keyless = new AtomicLong();

    /** @param counts whether anything is counted at all */
    public Accesses(MetadataStore metadata, StatisticsStore store, boolean counts) {
        this.metadata = metadata;
        this.store = store;
        this.counts = counts;
        metadata.watch(this::forgetDeleted);
    }

    /** Returns the name of a shard's statistics: a log created again under an old name has others. */
    public static String name(long log, int shard) {
        return log + "/" + shard;
    }

    /** Returns whether anything is counted at all. */
    public boolean isCounting() {
        return counts;
    }

    /**
     * Counts the read of a record.
     *
     * @param reader who read, or empty
     * @param nanos from request to answer
     */
    public void read(long log, int shard, LogRecord record, String reader, long nanos) {
        read(log, shard, record.key(), record.value().length, reader, type(record), nanos);
    }

    /** Counts a read of several records at once, all with {@code key}, or where it is null with any. */
    public void readRun(long log, int shard, byte @Nullable [] key, long bytes, String reader, long nanos) {
        read(log, shard, key, bytes, reader, "", nanos);
    }

    private void read(long log, int shard, byte @Nullable [] key, long bytes, String reader, String type, long nanos) {
        var to = counted(new ShardId(log, shard));
        if (to != null && to.recorder() != null) {
            to.recorder().read(hash(to, key), names(to, key, reader, type), bytes, nanos, 0);
        }
    }

    @Override
    public void appended(ShardId shard, Part part, long queueNanos, long nanos) {
        var to = counted(shard);
        if (to == null || to.recorder() == null) {
            return;
        }
        var batch = part.batch();
        if (batch != null) {
            to.recorder().writes(writes -> batch.forEachView((index, timestamp, record) -> {
                boolean isKeyed = record.keyLength() >= 0;
                long hash = isKeyed ? record.keyHash(to.delimiter()) : hash(to, null);
                if (writes.add(hash, isKeyed, record.valueLength(), nanos, queueNanos)) {
                    var copy = record.copy();
                    writes.names(names(to, copy.key(), "", type(copy)));
                }
            }));
            return;
        }
        for (var record : part.records()) {
            var key = record.key();
            to.recorder()
                    .write(hash(to, key), names(to, key, "", type(record)), record.value().length, nanos, queueNanos);
        }
    }

    private static String type(LogRecord record) {
        var type = record.contentType();
        return type == null ? "" : type;
    }

    private static AccessNames names(Counted to, byte @Nullable [] key, String reader, String type) {
        return key == null
                ? new AccessNames(NO_KEY, 0, reader, type)
                : new AccessNames(key, KeyHash.prefixLength(key, to.delimiter()), reader, type);
    }

    /** What has no key is no reason to divide a shard anywhere: it is spread over the range. */
    private long hash(Counted to, byte @Nullable [] key) {
        if (key != null) {
            return KeyHash.of(key, to.delimiter());
        }
        var range = to.range();
        return range.from()
                + Math.unsignedMultiplyHigh(keyless.incrementAndGet() * GOLDEN, range.last() - range.from());
    }

    private @Nullable Counted counted(ShardId shard) {
        if (!counts) {
            return null;
        }
        var known = counted.get(shard);
        return known == null ? meet(shard) : known;
    }

    private @Nullable Counted meet(ShardId id) {
        var log = metadata.state().find(id.log());
        var shard = log == null ? null : log.shards().shard(id.number());
        if (log == null || shard == null) {
            return null;
        }
        var delimiter = log.settings().keyDelimiter();
        return counted.computeIfAbsent(
                id, unseen -> new Counted(recorder(id, shard.range()), shard.range(), delimiter));
    }

    private @Nullable AccessRecorder recorder(ShardId shard, KeyRange range) {
        try {
            return store.recorder(name(shard.log(), shard.number()), range);
        } catch (IllegalStateException full) {
            LOG.debug("accesses of shard {} are not counted for now: {}", shard, full.getMessage());
            return null;
        }
    }

    /** Lets shards for which there was no room ask again, and those that gave way to others; once a minute. */
    void refresh() {
        counted.entrySet().removeIf(known -> {
            var recorder = known.getValue().recorder();
            var shard = known.getKey();
            return recorder == null || !store.keeps(name(shard.log(), shard.number()), recorder);
        });
    }

    private void forgetDeleted(ClusterState before, ClusterState after) {
        for (var log : before.logs().values()) {
            if (after.find(log.incarnation()) == null) {
                counted.keySet().removeIf(shard -> shard.log() == log.incarnation());
                log.shards().shards().forEach(shard -> store.forget(name(log.incarnation(), shard.number())));
            }
        }
    }
}
