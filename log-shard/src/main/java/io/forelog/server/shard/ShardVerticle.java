package io.forelog.server.shard;

import io.forelog.error.OverloadedException;
import io.forelog.record.Compression;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardId;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the appends of one open shard: while a commit is under way, what arrives becomes the next batch, so
 * that one forced write serves all that waited. Appends are committed in the order of arrival.
 *
 * <p>Safe for use by any thread. A batch is sent by the thread that brought the first of its parts, or by the one that
 * learned that the batch before is committed: an event loop of its own would have to be woken for each.
 */
public final class ShardVerticle extends VerticleBase {

    private final ShardId shard;
    private final String logName;
    private final Replication replication;
    private final Compression compression;
    private final int batchBytesMax;
    private final long pendingBytesMax;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final AppendObserver observer;

    /** Guarded by this, as is the next. */
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    private final Siblings siblings = new Siblings();
    private int underWay;
    private boolean isScheduled;

    /** @param sinceNanos when it came */
    private record Waiting(Part part, long sinceNanos) {}

    public ShardVerticle(
            ShardId shard,
            String logName,
            Replication replication,
            Compression compression,
            int batchBytesMax,
            long pendingBytesMax,
            AppendObserver observer) {
        this.shard = shard;
        this.logName = logName;
        this.replication = replication;
        this.compression = compression;
        this.batchBytesMax = batchBytesMax;
        this.pendingBytesMax = pendingBytesMax;
        this.observer = observer;
    }

    @Override
    public Future<?> stop() {
        // What waits is still sent: the node stops replication after its verticles.
        flush(true);
        return Future.succeededFuture();
    }

    public ShardId shard() {
        return shard;
    }

    /** Returns the bytes that wait to be committed. */
    public long pendingBytes() {
        return pendingBytes.get();
    }

    /**
     * Takes a part; {@code part.done()} completes when it is committed. May be called by any thread.
     *
     * @throws OverloadedException if too much waits already; the part was not taken
     */
    public void append(Part part) {
        long bytes = pendingBytes.addAndGet(part.bytes());
        if (bytes > pendingBytesMax && bytes != part.bytes()) {
            pendingBytes.addAndGet(-part.bytes());
            throw new OverloadedException(
                    "shard " + shard.number() + " of '" + logName + "' has " + bytes + " bytes waiting, at most "
                            + pendingBytesMax + " may",
                    Duration.ofSeconds(1));
        }
        part.done().whenComplete((appended, failure) -> pendingBytes.addAndGet(-part.bytes()));
        var came = new Waiting(part, System.nanoTime());
        synchronized (this) {
            waiting.add(came);
        }
        flush(false);
    }

    /** Sends all that waits, unless something is under way or about to join; {@code now}: even then. */
    private void flush(boolean now) {
        var batches = new ArrayList<List<Waiting>>();
        synchronized (this) {
            if (!now && isLeftForSiblings()) {
                return;
            }
            while (!waiting.isEmpty() && (now || underWay == batches.size())) {
                batches.add(nextBatch());
                underWay++;
            }
        }
        batches.forEach(this::send);
    }

    /**
     * Returns whether what waits is left for callers that are about to come back; then it is looked at again in time.
     */
    private boolean isLeftForSiblings() {
        var first = waiting.peek();
        if (underWay > 0 || first == null || !first.part().mayShare()) {
            return false;
        }
        long nanos = siblings.waitNanos(waiting.size(), System.nanoTime());
        if (nanos > 0 && !isScheduled) {
            isScheduled = true;
            var current = ContextInternal.current();
            var loop = (current == null ? (ContextInternal) context : current).nettyEventLoop();
            loop.schedule(this::waited, nanos, TimeUnit.NANOSECONDS);
        }
        return nanos > 0;
    }

    private void waited() {
        synchronized (this) {
            isScheduled = false;
        }
        flush(false);
    }

    private List<Waiting> nextBatch() {
        var first = waiting.remove();
        var shared = new ArrayList<Waiting>();
        shared.add(first);
        int bytes = first.part().bytes();
        while (first.part().mayShare() && joins(first.part(), waiting.peek(), bytes)) {
            var next = waiting.remove();
            bytes += next.part().bytes();
            shared.add(next);
        }
        return shared;
    }

    private boolean joins(Part first, @Nullable Waiting waits, int bytes) {
        var next = waits == null ? null : waits.part();
        return next != null
                && next.mayShare()
                && next.forced() == first.forced()
                && next.everywhere() == first.everywhere()
                && bytes + next.bytes() <= batchBytesMax;
    }

    private void send(List<Waiting> came) {
        long sentNanos = System.nanoTime();
        var parts = came.stream().map(Waiting::part).toList();
        RecordBatch batch;
        try {
            batch = batchOf(parts);
        } catch (RuntimeException e) {
            committed(parts.size(), sentNanos);
            parts.forEach(part -> part.done().completeExceptionally(e));
            return;
        }
        var done = new CompletableFuture<Appended>();
        done.whenComplete((appended, failure) -> {
            // Before the answers, whose receivers may take their time.
            committed(parts.size(), sentNanos);
            answer(parts, appended, failure);
            if (appended != null && !appended.duplicate()) {
                observe(came, sentNanos);
            }
        });
        var first = parts.getFirst();
        replication.append(
                new AppendCommand(shard, batch, first.nextOffset(), first.forced(), first.everywhere(), done));
    }

    private void committed(int answered, long sentNanos) {
        long now = System.nanoTime();
        synchronized (this) {
            underWay--;
            siblings.committed(answered, waiting.size(), now - sentNanos, now);
        }
        flush(false);
    }

    private void observe(List<Waiting> came, long sentNanos) {
        long now = System.nanoTime();
        for (var each : came) {
            observer.appended(shard, each.part(), sentNanos - each.sinceNanos(), now - each.sinceNanos());
        }
    }

    private RecordBatch batchOf(List<Part> parts) {
        var first = parts.getFirst();
        if (first.batch() != null) {
            return first.batch();
        }
        var builder = new RecordBatchBuilder(compression);
        for (var part : parts) {
            part.records().forEach(builder::add);
        }
        var producer = first.producer();
        if (producer != null) {
            builder.producer(producer.id(), producer.epoch(), producer.sequence());
        }
        return builder.build();
    }

    private static void answer(List<Part> parts, @Nullable Appended appended, @Nullable Throwable failure) {
        long offset = appended == null ? 0 : appended.baseOffset();
        for (var part : parts) {
            if (appended != null) {
                part.done()
                        .complete(new Appended(
                                appended.shard(),
                                offset,
                                appended.duplicate() ? appended.count() : part.count(),
                                appended.duplicate()));
                offset += part.records().size();
            } else {
                part.done().completeExceptionally(failure);
            }
        }
    }
}
