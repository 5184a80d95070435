package io.forelog.server.http;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.tail.Frontier;
import io.forelog.server.tail.Position;
import io.forelog.server.tail.ShardFeed;
import io.forelog.server.tail.ShardFeed.Chunk;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * One answer to a reader of a whole log: records of all shards that it may read, each shard's in order, no child's
 * before its parents are read. Used by one thread at a time.
 */
final class CursorRun {

    /** A record and where it is. */
    record Placed(RecordAddress address, LogRecord record) {}

    /** Of one shard at a time, so that a long one does not keep the others waiting. */
    private static final int CHUNK_RECORDS = 500;

    private final Frontier frontier;
    private final ShardFeed feed;
    private final int limit;
    private final int bytesMax;
    private final List<Placed> records = new ArrayList<>();
    /** The shards of which all is known that was committed before the call. */
    private final Set<Integer> learned = new HashSet<>();

    private Position position;
    private int bytes;
    private int turn;

    CursorRun(Frontier frontier, ShardFeed feed, int limit, int bytesMax, Position start) {
        this.frontier = frontier;
        this.feed = feed;
        this.limit = limit;
        this.bytesMax = bytesMax;
        this.position = start;
    }

    /** Returns where the reader is once it has all that was read. */
    Position position() {
        return position;
    }

    Position afterExpired() {
        return frontier.afterExpired(position);
    }

    /** Completes when there is something to read, or {@code wait} has passed, or the caller has gone. */
    CompletionStage<Void> waited(Call call, Vertx vertx, Duration wait) {
        var known = frontier.learn(position, learned);
        return wait.isZero()
                ? known
                : known.thenCompose(done -> {
                    if (frontier.next(position, 0) != null) {
                        return CompletableFuture.completedStage(null);
                    }
                    var come = new CompletableFuture<Void>();
                    long timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> come.complete(null));
                    call.onGone(() -> come.complete(null));
                    await(call.context(), come);
                    return come.whenComplete((ended, failure) -> vertx.cancelTimer(timer));
                });
    }

    /** Waits until something has come; what wakes may also be that other shards are to be waited for. */
    private void await(Context context, CompletableFuture<Void> come) {
        var woken = new CompletableFuture<Void>();
        var waiting = frontier.await(position, () -> woken.complete(null));
        CompletableFuture.anyOf(woken, come)
                .whenComplete((any, failure) -> context.runOnContext(ignored -> {
                    waiting.close();
                    if (come.isDone()) {
                        return;
                    }
                    try {
                        if (frontier.next(position, 0) == null) {
                            await(context, come);
                        } else {
                            come.complete(null);
                        }
                    } catch (RuntimeException e) {
                        come.completeExceptionally(e);
                    }
                }));
    }

    /** Reads until there is enough or no more. */
    CompletionStage<List<Placed>> read() {
        int left = limit - records.size();
        if (left <= 0 || bytes >= bytesMax) {
            return CompletableFuture.completedStage(records);
        }
        var next = frontier.next(position, turn++);
        if (next == null) {
            int before = learned.size();
            return frontier.learn(position, learned)
                    .thenCompose(done -> learned.size() == before ? CompletableFuture.completedStage(records) : read());
        }
        return feed.read(next.log(), next.shard(), next.offset(), Math.min(left, CHUNK_RECORDS), bytesMax - bytes)
                .handle((chunk, failure) -> {
                    if (failure == null) {
                        add(chunk);
                        position = position.compact(next.log());
                        return read();
                    }
                    var cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    // Where it begins was not known as it is now; what was read before another failure is worth having.
                    return frontier.begins(position, next, cause)
                            ? read()
                            : records.isEmpty()
                                    ? CompletableFuture.<List<Placed>>failedStage(cause)
                                    : CompletableFuture.completedStage(records);
                })
                .thenCompose(all -> all);
    }

    private void add(Chunk chunk) {
        long offset = chunk.from();
        for (var record : chunk.records()) {
            records.add(new Placed(new RecordAddress(chunk.shard(), offset), record));
            bytes += record.weight();
            offset++;
        }
        position = position.with(chunk.shard(), offset);
    }
}
