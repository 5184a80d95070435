package io.forelog.server.tail;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.tail.ShardFeed.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Which shards of a log a reader at some position may read next, and where. Holds nothing of any reader; safe for use
 * by any thread.
 */
public final class Frontier {

    private final MetadataStore metadata;
    private final ShardFeed feed;
    private final String name;
    private final long incarnation;
    private final @Nullable Integer only;

    /**
     * Something to read.
     *
     * @param offset of the first record that is there
     */
    public record Next(Log log, int shard, long offset) {}

    /** @param only the one shard that is read, or null for all, parents before their children */
    public Frontier(MetadataStore metadata, ShardFeed feed, Log log, @Nullable Integer only) {
        this.metadata = metadata;
        this.feed = feed;
        this.name = log.name();
        this.incarnation = log.incarnation();
        this.only = only;
    }

    @Nullable Integer only() {
        return only;
    }

    /** @throws NoSuchLogException if the log was deleted */
    public Log log() {
        var log = metadata.state().find(name);
        if (log == null || log.incarnation() != incarnation) {
            throw new NoSuchLogException(name);
        }
        return log;
    }

    /** Returns the position from which nothing is given that is there now. */
    public Position latest() {
        var log = log();
        var offsets = new HashMap<Integer, Long>();
        for (var shard : log.shards().shards()) {
            if (only == null ? shard.isOpen() : shard.number() == only) {
                offsets.put(shard.number(), feed.extent(log, shard.number()).highWatermark());
            }
        }
        return new Position(incarnation, offsets);
    }

    /** Returns the position of the first record of each shard that is not older than a time in milliseconds. */
    public CompletionStage<Position> at(long timestamp) {
        var log = log();
        var offsets = new HashMap<Integer, CompletableFuture<Long>>();
        for (var shard : log.shards().shards()) {
            if (only == null || shard.number() == only) {
                offsets.put(
                        shard.number(),
                        feed.offsetAtTime(log, shard.number(), timestamp).toCompletableFuture());
            }
        }
        return CompletableFuture.allOf(offsets.values().toArray(CompletableFuture[]::new)).thenApply(all -> {
            var known = new HashMap<Integer, Long>();
            offsets.forEach((shard, offset) -> known.put(shard, offset.join()));
            return firsts(log, known);
        });
    }

    /** A shard that has such a record is begun there, and its descendants are not: all of theirs came later. */
    private Position firsts(Log log, Map<Integer, Long> known) {
        var offsets = new HashMap<Integer, Long>();
        var read = new HashSet<Integer>();
        for (var shard : log.shards().shards()) {
            var at = known.get(shard.number());
            if (at == null || only == null && !read.containsAll(shard.parents())) {
                continue;
            }
            offsets.put(shard.number(), at);
            if (!shard.isOpen() && at >= feed.extent(log, shard.number()).highWatermark()) {
                read.add(shard.number());
            }
        }
        return new Position(incarnation, offsets).compact(log);
    }

    /** Returns the shards that a reader may read next. */
    private List<Integer> active(Log log, Position position) {
        if (only != null) {
            return List.of(only);
        }
        var ends = new HashMap<Integer, Long>();
        for (var shard : log.shards().shards()) {
            if (!shard.isOpen()) {
                ends.put(shard.number(), feed.extent(log, shard.number()).highWatermark());
            }
        }
        return position.active(log, ends);
    }

    /**
     * Returns what there is to read next, or null if nothing is there yet.
     *
     * @param turn raised with each call, so that all shards get theirs
     * @throws RecordExpiredException if retention deleted what comes next
     * @throws NoSuchRecordException if the position is beyond what was ever committed
     */
    public @Nullable Next next(Position position, int turn) {
        var log = log();
        var active = active(log, position);
        for (int i = 0; i < active.size(); i++) {
            int shard = active.get(Math.floorMod(turn + i, active.size()));
            var extent = feed.extent(log, shard);
            long offset = position.offsets().getOrDefault(shard, extent.start());
            if (offset < extent.start()) {
                throw new RecordExpiredException(shard, offset, extent.start());
            }
            if (offset > extent.highWatermark()) {
                throw new NoSuchRecordException(shard, offset, extent.highWatermark());
            }
            if (offset < extent.highWatermark()) {
                return new Next(log, shard, offset);
            }
        }
        return null;
    }

    /** Returns whether nothing will ever come: the one shard is sealed, and read to its end. */
    boolean isAtEnd(Position position) {
        if (only == null) {
            return false;
        }
        var log = log();
        var shard = log.shards().shard(only);
        return shard != null
                && !shard.isOpen()
                && position.offsets().getOrDefault(only, 0L) >= feed.extent(log, only).highWatermark();
    }

    /** Returns the position with all that retention deleted passed over. */
    public Position afterExpired(Position position) {
        var log = log();
        var offsets = new HashMap<>(position.offsets());
        offsets.replaceAll((shard, offset) -> Math.max(offset, feed.extent(log, shard).start()));
        return new Position(incarnation, offsets);
    }

    /** Calls {@code come} once when there may be something to read after {@code position}, on any thread. */
    public Waiting await(Position position, Runnable come) {
        var log = log();
        var once = new AtomicBoolean();
        var waiting = new ArrayList<Waiting>();
        for (int shard : active(log, position)) {
            long offset = position.offsets().getOrDefault(shard, feed.extent(log, shard).start());
            waiting.add(feed.await(log, shard, offset, () -> {
                if (once.compareAndSet(false, true)) {
                    come.run();
                }
            }));
        }
        return () -> waiting.forEach(Waiting::close);
    }
}
