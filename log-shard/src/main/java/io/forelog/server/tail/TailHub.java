package io.forelog.server.tail;

import io.forelog.server.tail.ShardFeed.Waiting;
import io.forelog.server.tail.TailBatch.RecordJson;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log once for all tails that are at its end: a chunk is read and written as events once, and handed to the
 * event loops that have tails. The next chunk is read when each loop has passed the last one on, so that under load
 * chunks grow instead of queues.
 *
 * <p>Confined to its context, but for {@link #join} and {@link #leave}, which may be called from anywhere.
 */
final class TailHub {

    private static final Logger LOG = LoggerFactory.getLogger(TailHub.class);

    private final Context context;
    private final Vertx vertx;
    private final Frontier frontier;
    private final ShardFeed feed;
    private final RecordJson json;
    private final TailLimits limits;
    private final Runnable onEmpty;
    private final Map<Context, List<TailSession>> members = new HashMap<>();
    private Position position;
    private int turn;
    private boolean reading;
    private boolean isClosed;
    private @Nullable Waiting waiting;

    /**
     * @param start where the first tail is that joins
     * @param onEmpty called on the hub's context when the last tail has left; the hub is not used again
     */
    TailHub(
            Vertx vertx,
            Frontier frontier,
            ShardFeed feed,
            RecordJson json,
            TailLimits limits,
            Position start,
            Runnable onEmpty) {
        this.context = vertx.getOrCreateContext();
        this.vertx = vertx;
        this.frontier = frontier;
        this.feed = feed;
        this.json = json;
        this.limits = limits;
        this.onEmpty = onEmpty;
        this.position = start;
    }

    /**
     * Adds a tail, which is handed every batch from now on. {@code joined} is called on the hub's context with the
     * position that they begin at, or with null if the hub has closed meanwhile.
     */
    void join(TailSession session, Consumer<@Nullable Position> joined) {
        context.runOnContext(ignored -> {
            if (isClosed) {
                joined.accept(null);
                return;
            }
            members.computeIfAbsent(session.context(), unseen -> new ArrayList<>())
                    .add(session);
            joined.accept(position);
            read();
        });
    }

    void leave(TailSession session) {
        context.runOnContext(ignored -> {
            var group = members.get(session.context());
            if (group != null && group.remove(session) && group.isEmpty()) {
                members.remove(session.context());
            }
            if (members.isEmpty() && !isClosed) {
                close();
            }
        });
    }

    private void close() {
        isClosed = true;
        stopWaiting();
        onEmpty.run();
    }

    private void stopWaiting() {
        var wait = waiting;
        waiting = null;
        if (wait != null) {
            wait.close();
        }
    }

    private void read() {
        if (reading || isClosed) {
            return;
        }
        stopWaiting();
        reading = true;
        try {
            var next = frontier.next(position, turn++);
            if (next == null) {
                reading = false;
                waiting = frontier.await(position, () -> context.runOnContext(come -> pause()));
                return;
            }
            var before = position;
            feed.read(next.log(), next.shard(), next.offset(), limits.chunkRecords(), limits.chunkBytes())
                    .thenApply(chunk -> TailBatch.of(next.log(), chunk, before, json))
                    .whenComplete((batch, failure) -> context.runOnContext(read -> {
                        if (failure != null) {
                            failed(failure);
                        } else {
                            position = batch.after();
                            deliver(batch);
                        }
                    }));
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void failed(Throwable failure) {
        if (TailSession.passes(failure)) {
            vertx.setTimer(
                    TailSession.RETRY_MILLIS,
                    timer -> context.runOnContext(ignored -> {
                        reading = false;
                        read();
                    }));
        } else {
            LOG.debug("a hub of tails ends", failure);
            dismiss();
        }
    }

    /** What commits within a few milliseconds goes out together. */
    private void pause() {
        if (!reading && !isClosed) {
            reading = true;
            vertx.setTimer(
                    limits.gatherMillis(),
                    timer -> context.runOnContext(ignored -> {
                        reading = false;
                        read();
                    }));
        }
    }

    private void deliver(TailBatch batch) {
        if (members.isEmpty()) {
            reading = false;
            return;
        }
        var left = new AtomicInteger(members.size());
        for (var group : Map.copyOf(members).entrySet()) {
            var sessions = List.copyOf(group.getValue());
            group.getKey().runOnContext(ignored -> {
                sessions.forEach(session -> session.deliver(batch));
                if (left.decrementAndGet() == 0) {
                    context.runOnContext(all -> {
                        reading = false;
                        read();
                    });
                }
            });
        }
    }

    /** Each tail finds out by itself what is wrong: only some of them may be concerned. */
    private void dismiss() {
        reading = false;
        var all = members.values().stream().flatMap(List::stream).toList();
        members.clear();
        all.forEach(session -> session.context().runOnContext(ignored -> session.dismissed()));
        close();
    }
}
