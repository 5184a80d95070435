package io.forelog.loadgen.client;

import io.forelog.record.RecordAddress;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Appends records as they come: those that wait while a batch is under way are the next batch. Records are appended in
 * the order sent, each once: a batch whose answer was lost is sent again under the same number, and the server knows it
 * (an idempotent producer, with an id of its own choice that it never shares).
 *
 * <p>A batch that fails for good, after all repetition, fails the futures of its records; whether they were appended
 * says the exception. The records after it are sent all the same.
 *
 * <p>Safe for use by any thread.
 */
public final class BatchingProducer implements AutoCloseable {

    private static final SecureRandom IDS = new SecureRandom();

    /** What a batch takes for a record beside its key, value and headers, at most. */
    private static final int RECORD_BYTES = 24;

    /** What the heap takes for a record that is pending, beside its bytes. */
    private static final int PENDING_BYTES = 128;

    /** @param bytes that it takes in a batch */
    private record Waiting(NewRecord newRecord, int bytes, CompletableFuture<RecordAddress> appended) {}

    private final Vertx vertx;
    private final ForelogClient client;
    private final String log;
    private final ProducerOptions options;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long pendingBytes;
    private int waitingBytes;
    private boolean isSending;
    private boolean isLingering;
    private boolean isClosed;
    private int sequence;
    private long id = newId();

    BatchingProducer(Vertx vertx, ForelogClient client, String log, ProducerOptions options) {
        this.vertx = vertx;
        this.client = client;
        this.log = log;
        this.options = options;
    }

    private static long newId() {
        return IDS.nextLong() & Long.MAX_VALUE;
    }

    /**
     * Sends a record soon. While too much is pending this waits, on any thread but an event loop's, where it fails
     * instead.
     *
     * @return its address, once it is appended as the log's or the options' {@code ack} says
     * @throws IllegalStateException if the producer is closed, or full on an event loop
     */
    public synchronized CompletableFuture<RecordAddress> send(NewRecord newRecord) {
        int bytes = RECORD_BYTES + newRecord.value().length + lengthOf(newRecord);
        awaitRoom(bytes + PENDING_BYTES);
        var appended = new CompletableFuture<RecordAddress>();
        waiting.add(new Waiting(newRecord, bytes, appended));
        waitingBytes += bytes;
        pendingBytes += bytes + PENDING_BYTES;
        if (isFull() || options.linger().isZero()) {
            sendNext();
        } else if (!isSending && !isLingering) {
            isLingering = true;
            vertx.setTimer(Math.max(1, options.linger().toMillis()), timer -> lingered());
        }
        return appended;
    }

    /** Returns the bytes of key and headers. */
    private static int lengthOf(NewRecord newRecord) {
        var key = newRecord.key();
        int bytes = key == null ? 0 : key.getBytes(StandardCharsets.UTF_8).length;
        for (var header : newRecord.headers().entrySet()) {
            bytes += header.getKey().length() + header.getValue().length();
        }
        return bytes;
    }

    private void awaitRoom(int bytes) {
        while (!isClosed && pendingBytes > 0 && pendingBytes + bytes > options.pendingBytesMax()) {
            if (Context.isOnEventLoopThread()) {
                throw new IllegalStateException(pendingBytes + " bytes are pending, and an event loop cannot wait");
            }
            await("a record waits to be sent");
        }
        if (isClosed) {
            throw new IllegalStateException("the producer of '" + log + "' is closed");
        }
    }

    private void await(String what) {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + what, e);
        }
    }

    private boolean isFull() {
        return waiting.size() >= options.recordsMax() || waitingBytes >= options.bytesMax();
    }

    private synchronized void lingered() {
        isLingering = false;
        sendNext();
    }

    private void sendNext() {
        if (isSending || waiting.isEmpty()) {
            return;
        }
        var batch = new ArrayList<Waiting>();
        int bytes = 0;
        while (!waiting.isEmpty() && batch.size() < options.recordsMax() && bytes < options.bytesMax()) {
            var next = waiting.remove();
            bytes += next.bytes();
            batch.add(next);
        }
        waitingBytes -= bytes;
        if (sequence == Integer.MAX_VALUE) {
            renew();
        }
        int number = sequence++;
        isSending = true;
        long sent = bytes + (long) PENDING_BYTES * batch.size();
        client.append(
                        log,
                        batch.stream().map(Waiting::newRecord).toList(),
                        AppendFormat.BATCH,
                        new AppendOptions(options.ack(), new AppendOptions.Producer(id, 0, number)))
                .onComplete(answer -> {
                    ended(answer.failed());
                    // Outside of the lock: who waits for these may send more.
                    complete(batch, answer.result(), answer.cause());
                    answered(sent);
                });
    }

    private synchronized void ended(boolean failed) {
        isSending = false;
        if (failed) {
            // The server may or may not have this number; what follows is counted anew, so that it is no gap.
            renew();
        }
        sendNext();
    }

    /** Makes room once those who sent the records know what became of them: a flush waits for that. */
    private synchronized void answered(long bytes) {
        pendingBytes -= bytes;
        notifyAll();
    }

    private void renew() {
        id = newId();
        sequence = 0;
    }

    private static void complete(
            List<Waiting> batch, @Nullable List<RecordAddress> addresses, @Nullable Throwable failure) {
        for (int i = 0; i < batch.size(); i++) {
            if (addresses == null) {
                batch.get(i).appended().completeExceptionally(failure == null ? new IllegalStateException() : failure);
            } else {
                batch.get(i).appended().complete(addresses.get(i));
            }
        }
    }

    /** Waits until all that was sent so far, and meanwhile, is answered. Not for an event loop. */
    public synchronized void flush() {
        sendNext();
        while (pendingBytes > 0) {
            await("records are being sent");
        }
    }

    /** Waits until all that was sent is answered; takes no more. */
    @Override
    public synchronized void close() {
        isClosed = true;
        notifyAll();
        flush();
    }
}
