package io.forelog.server.tail;

import io.forelog.error.OverloadedException;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.tail.TailBatch.RecordJson;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The tails that are open on this node, and the hubs that read for them. Safe for use by any thread. */
public final class Tails {

    /** @param shard the only one, or -1 for all */
    private record HubKey(long log, int shard) {}

    private final Vertx vertx;
    private final MetadataStore metadata;
    private final ShardFeed feed;
    private final RecordJson json;
    private final Function<Throwable, String> problems;
    private final TailLimits limits;
    private final Map<HubKey, TailHub> hubs = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private final LongAdder cutOff = new LongAdder();

    /** A way to end a tail. */
    public interface Tail {
        /** To be called on the context of the tail when its reader has gone. */
        void close();
    }

    /**
     * @param json of a record, on one line
     * @param problems how a failure is told in one line of JSON
     */
    public Tails(
            Vertx vertx,
            MetadataStore metadata,
            ShardFeed feed,
            RecordJson json,
            Function<Throwable, String> problems,
            TailLimits limits) {
        this.vertx = vertx;
        this.metadata = metadata;
        this.feed = feed;
        this.json = json;
        this.problems = problems;
        this.limits = limits;
    }

    /**
     * @param shard the only one, or null for all
     * @param key of the records that are wanted, or null for all
     */
    public Frontier frontier(Log log, @Nullable Integer shard, byte @Nullable [] key) {
        return new Frontier(metadata, feed, log, shard, key);
    }

    /**
     * Opens a tail; to be called on {@code context}.
     *
     * @param cutOff ends the connection without waiting for the reader
     * @param key of the records that are wanted, or null for all
     * @throws OverloadedException if there are too many
     */
    public Tail open(
            Context context,
            Frontier frontier,
            WriteStream<Buffer> out,
            Runnable cutOff,
            Position start,
            byte @Nullable [] key) {
        if (open.incrementAndGet() > limits.tailsMax()) {
            open.decrementAndGet();
            throw new OverloadedException(
                    "a node has at most " + limits.tailsMax() + " open tails", Duration.ofSeconds(5));
        }
        var parts = new TailSession.Parts(vertx, frontier, feed, json, limits, this, problems);
        var session = new TailSession(context, parts, out, cutOff, start, key);
        session.start();
        return session::close;
    }

    /**
     * Returns what reads for all tails of a log, or of a shard.
     *
     * @param position where who wants to join is
     */
    CompletionStage<TailHub> hub(Frontier frontier, Position position) {
        var only = frontier.only();
        var key = new HubKey(position.log(), only == null ? -1 : only);
        var found = hubs.get(key);
        if (found != null) {
            return CompletableFuture.completedStage(found);
        }
        var all = frontier.ofAllKeys();
        // Who reads one key has not read the shards that others expect of the hub.
        var start = frontier.isOfAllKeys() ? CompletableFuture.completedStage(position) : all.latest();
        return start.thenApply(at -> hubs.computeIfAbsent(
                key, unseen -> new TailHub(vertx, all, feed, json, limits, at, () -> hubs.remove(key))));
    }

    void closed() {
        open.decrementAndGet();
    }

    void countCutOff() {
        cutOff.increment();
    }

    /** Returns how many tails are open. */
    public int open() {
        return open.get();
    }

    /** Returns how many were cut off because their readers were too slow. */
    public long cutOff() {
        return cutOff.sum();
    }
}
