package io.forelog.server.http;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.tail.Frontier;
import io.forelog.server.tail.Position;
import io.forelog.server.tail.ShardFeed;
import io.forelog.server.tail.ShardFeed.Chunk;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One answer to a reader of a whole log: records of all shards that it may read, each shard's in order, no child's before
 * its parents are read. Used by one thread at a time.
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
        if (wait.isZero() || frontier.next(position, 0) != null) {
            return CompletableFuture.completedStage(null);
        }
        var come = new CompletableFuture<Void>();
        long timer = vertx.setTimer(Math.max(1, wait.toMillis()), id -> come.complete(null));
        call.onGone(() -> come.complete(null));
        var waiting = frontier.await(position, () -> come.complete(null));
        return come.whenComplete((done, failure) -> {
            waiting.close();
            vertx.cancelTimer(timer);
        });
    }

    /** Reads until there is enough or no more. */
    CompletionStage<List<Placed>> read() {
        int left = limit - records.size();
        if (left <= 0 || bytes >= bytesMax) {
            return CompletableFuture.completedStage(records);
        }
        var next = frontier.next(position, turn++);
        if (next == null) {
            return CompletableFuture.completedStage(records);
        }
        return feed.read(next.log(), next.shard(), next.offset(), Math.min(left, CHUNK_RECORDS), bytesMax - bytes)
                .thenCompose(chunk -> {
                    add(chunk);
                    position = position.compact(next.log());
                    return read();
                });
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
