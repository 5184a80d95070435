package io.forelog.server.tail;

import io.forelog.error.NoSuchLogException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.metadata.Shard;
import io.forelog.record.KeyHash;
import io.forelog.server.tail.ShardFeed.Extent;
import io.forelog.server.tail.ShardFeed.Waiting;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Which shards of a log a reader at some position may read next, and where, as far as this node knows. Holds nothing of
 * any reader; safe for use by any thread.
 */
public final class Frontier {

    private final MetadataStore metadata;
    private final ShardFeed feed;
    private final String name;
    private final long incarnation;
    private final @Nullable Integer only;
    private final byte @Nullable [] key;

    /**
     * Something to read.
     *
     * @param offset of the first record that is there
     */
    public record Next(Log log, int shard, long offset) {}

    /**
     * @param only the one shard that is read, or null for all, parents before their children
     * @param key the one whose records are wanted, or null for all: only shards that ever took it are read
     */
    public Frontier(MetadataStore metadata, ShardFeed feed, Log log, @Nullable Integer only, byte @Nullable [] key) {
        this(metadata, feed, log.name(), log.incarnation(), only, key);
    }

    private Frontier(
            MetadataStore metadata,
            ShardFeed feed,
            String name,
            long incarnation,
            @Nullable Integer only,
            byte @Nullable [] key) {
        this.metadata = metadata;
        this.feed = feed;
        this.name = name;
        this.incarnation = incarnation;
        this.only = only;
        this.key = key;
    }

    /** Returns the same for all keys. */
    Frontier ofAllKeys() {
        return key == null ? this : new Frontier(metadata, feed, name, incarnation, only, null);
    }

    boolean isOfAllKeys() {
        return key == null;
    }

    @Nullable
    Integer only() {
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

    private List<Integer> shards(Log log, boolean isOpenEnough) {
        return log.shards().shards().stream()
                .filter(shard -> only == null ? !isOpenEnough || shard.isOpen() : shard.number() == only)
                .map(Shard::number)
                .toList();
    }

    /** Returns the position from which nothing is given that was committed before the call. */
    public CompletionStage<Position> latest() {
        var log = log();
        var open = shards(log, true);
        return feed.learn(log, open).thenApply(learned -> {
            var offsets = new HashMap<Integer, Long>();
            open.forEach(shard -> offsets.put(shard, feed.extent(log, shard).highWatermark()));
            return new Position(incarnation, offsets);
        });
    }

    /** Returns the position of the first record of each shard that is not older than a time in milliseconds. */
    public CompletionStage<Position> at(long timestamp) {
        var log = log();
        var offsets = new HashMap<Integer, CompletableFuture<Long>>();
        for (int shard : shards(log, false)) {
            offsets.put(shard, feed.offsetAtTime(log, shard, timestamp).toCompletableFuture());
        }
        var sealed =
                offsets.keySet().stream().filter(shard -> !isOpen(log, shard)).toList();
        var ends = feed.learn(log, sealed).toCompletableFuture();
        return CompletableFuture.allOf(offsets.values().toArray(CompletableFuture[]::new))
                .thenCombine(ends, (all, learned) -> {
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

    private static boolean isOpen(Log log, int number) {
        var shard = log.shards().shard(number);
        return shard != null && shard.isOpen();
    }

    /** Returns where the sealed shards end of which that is known; one that is empty ends before it begins. */
    private Map<Integer, Long> ends(Log log, Position position) {
        var ends = new HashMap<Integer, Long>();
        for (var shard : log.shards().shards()) {
            if (!shard.isOpen()) {
                var extent = feed.extent(log, shard.number());
                boolean isEmpty = extent.start() >= extent.highWatermark()
                        && !position.offsets().containsKey(shard.number());
                if (extent.isFinal()) {
                    ends.put(shard.number(), isEmpty ? 0 : extent.highWatermark());
                }
            }
        }
        return ends;
    }

    /** Returns the shards that a reader may read next. */
    private List<Integer> active(Log log, Position position) {
        return only == null ? position.active(log, ends(log, position), wanted(log)) : List.of(only);
    }

    private IntPredicate wanted(Log log) {
        if (key == null) {
            return shard -> true;
        }
        long hash = KeyHash.of(key, log.settings().keyDelimiter());
        return shard -> {
            var known = log.shards().shard(shard);
            return known == null || known.range().contains(hash);
        };
    }

    /** Returns whether a reader has had all that one at {@code other} has had. */
    boolean isPast(Position position, Position other) {
        var log = log();
        return position.isPast(other, log, ends(log, position), wanted(log));
    }

    /**
     * Completes when all is known here that was committed before the call, of the shards that may be read next and that
     * {@code learned} does not hold yet; those are then added to it.
     *
     * @return fails with a {@link NoSuchRecordException} if the position is beyond what was ever committed
     */
    public CompletionStage<Void> learn(Position position, Set<Integer> learned) {
        var log = log();
        var active = new ArrayList<>(active(log, position));
        active.removeAll(learned);
        if (active.isEmpty()) {
            return CompletableFuture.completedStage(null);
        }
        return feed.learn(log, active).thenCompose(done -> {
            active.forEach(shard -> requireReached(log, shard, position));
            learned.addAll(active);
            // Where one was found to have ended its children are next.
            return learn(position, learned);
        });
    }

    private void requireReached(Log log, int shard, Position position) {
        long highWatermark = feed.extent(log, shard).highWatermark();
        long offset = position.offsets().getOrDefault(shard, 0L);
        if (offset > highWatermark) {
            throw new NoSuchRecordException(shard, offset, highWatermark);
        }
    }

    /**
     * Returns what is known that may be read next, or null.
     *
     * @param turn raised with each call, so that all shards get theirs
     * @throws RecordExpiredException if retention deleted what comes next
     */
    public @Nullable Next next(Position position, int turn) {
        var log = log();
        var active = active(log, position);
        for (int i = 0; i < active.size(); i++) {
            int shard = active.get(Math.floorMod(turn + i, active.size()));
            var extent = feed.extent(log, shard);
            long offset = offset(position, shard, extent);
            if (offset < extent.start()) {
                throw new RecordExpiredException(shard, offset, extent.start());
            }
            if (offset < extent.highWatermark()) {
                return new Next(log, shard, offset);
            }
        }
        return null;
    }

    private static long offset(Position position, int shard, Extent extent) {
        return position.offsets().getOrDefault(shard, extent.start());
    }

    /** Returns whether a failure to read {@code next} means no more than that a reader who begins must begin later. */
    public boolean begins(Position position, Next next, Throwable failure) {
        return failure instanceof RecordExpiredException && !position.offsets().containsKey(next.shard());
    }

    /** Returns whether nothing will ever come: the one shard is sealed, and read to its end. */
    boolean isAtEnd(Position position) {
        if (only == null) {
            return false;
        }
        var extent = feed.extent(log(), only);
        return extent.isFinal() && offset(position, only, extent) >= extent.highWatermark();
    }

    /** Returns the position with all that retention is known to have deleted passed over. */
    public Position afterExpired(Position position) {
        var log = log();
        var offsets = new HashMap<>(position.offsets());
        offsets.replaceAll(
                (shard, offset) -> Math.max(offset, feed.extent(log, shard).start()));
        return new Position(incarnation, offsets);
    }

    /** Calls {@code come} when there may be something to read after {@code position}, on any thread, perhaps often. */
    public Waiting await(Position position, Runnable come) {
        var log = log();
        var waiting = new ArrayList<Waiting>();
        for (int shard : active(log, position)) {
            waiting.add(feed.await(log, shard, offset(position, shard, feed.extent(log, shard)), come));
        }
        return () -> waiting.forEach(Waiting::close);
    }
}
