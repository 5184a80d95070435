package io.forelog.server.shard;

import io.forelog.error.OverloadedException;
import io.forelog.record.Compression;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.replication.AppendCommand;
import io.forelog.replication.Appended;
import io.forelog.replication.Replication;
import io.forelog.replication.ShardReplica;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Gathers the appends of one open shard: while a commit is under way, what arrives becomes the next batch, so
 * that one forced write serves all that waited. Appends are committed and answered in the order of arrival.
 */
public final class ShardVerticle extends VerticleBase {

    private final ShardReplica replica;
    private final Replication replication;
    private final Compression compression;
    private final int batchBytesMax;
    private final long pendingBytesMax;
    private final AtomicLong pendingBytes = new AtomicLong();
    private final ArrayDeque<Part> waiting = new ArrayDeque<>();
    private int underWay;

    public ShardVerticle(
            ShardReplica replica,
            Replication replication,
            Compression compression,
            int batchBytesMax,
            long pendingBytesMax) {
        this.replica = replica;
        this.replication = replication;
        this.compression = compression;
        this.batchBytesMax = batchBytesMax;
        this.pendingBytesMax = pendingBytesMax;
    }

    @Override
    public Future<?> stop() {
        // What waits is still sent: the node stops replication after its verticles.
        flush();
        return Future.succeededFuture();
    }

    public ShardReplica replica() {
        return replica;
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
                    "shard " + replica.number() + " of '" + replica.logName() + "' has " + bytes
                            + " bytes waiting, at most " + pendingBytesMax + " may",
                    Duration.ofSeconds(1));
        }
        part.done().whenComplete((appended, failure) -> pendingBytes.addAndGet(-part.bytes()));
        context.runOnContext(ignored -> {
            waiting.add(part);
            if (underWay == 0) {
                flush();
            }
        });
    }

    private void flush() {
        while (!waiting.isEmpty()) {
            var first = waiting.poll();
            var shared = new ArrayList<Part>();
            shared.add(first);
            int bytes = first.bytes();
            while (first.mayShare() && joins(first, waiting.peek(), bytes)) {
                var next = waiting.remove();
                bytes += next.bytes();
                shared.add(next);
            }
            send(shared);
        }
    }

    private boolean joins(Part first, @Nullable Part next, int bytes) {
        return next != null
                && next.mayShare()
                && next.forced() == first.forced()
                && bytes + next.bytes() <= batchBytesMax;
    }

    private void send(List<Part> parts) {
        RecordBatch batch;
        try {
            batch = batchOf(parts);
        } catch (RuntimeException e) {
            parts.forEach(part -> part.done().completeExceptionally(e));
            return;
        }
        var done = new CompletableFuture<Appended>();
        underWay++;
        done.whenComplete((appended, failure) -> {
            answer(parts, appended, failure);
            context.runOnContext(ignored -> committed());
        });
        var first = parts.getFirst();
        replication.append(new AppendCommand(replica, batch, first.nextOffset(), first.forced(), done));
    }

    private void committed() {
        underWay--;
        if (underWay == 0) {
            flush();
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
                part.done().complete(new Appended(offset, part.count(), appended.duplicate()));
                offset += part.records().size();
            } else {
                part.done().completeExceptionally(failure);
            }
        }
    }
}
