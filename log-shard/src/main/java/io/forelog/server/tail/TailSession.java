package io.forelog.server.tail;

import io.forelog.error.NoLeaderException;
import io.forelog.error.NoQuorumException;
import io.forelog.error.OverloadedException;
import io.forelog.metadata.Log;
import io.forelog.server.tail.Frontier.Next;
import io.forelog.server.tail.ShardFeed.Chunk;
import io.forelog.server.tail.TailBatch.RecordJson;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.streams.WriteStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One tail: what is there already it reads by itself, then it joins the hub that reads for all. Whoever takes its
 * events too slowly leaves the hub, so that nobody waits for it; it reads by itself again once the reader has caught
 * up, and is told and cut off if that does not happen in time.
 *
 * <p>Confined to the context of its connection.
 */
final class TailSession {

    /** Batches that may wait while the tail closes the gap between what it read by itself and what the hub reads. */
    private static final int PENDING_MAX = 32;

    /** How long it takes before a shard that has no leader is read again: one is elected within that. */
    static final long RETRY_MILLIS = 250;

    private enum State {
        CATCHING_UP,
        JOINING,
        LIVE,
        STALLED,
        CLOSED
    }

    /** What a tail needs of the outside. */
    record Parts(
            Vertx vertx,
            Frontier frontier,
            ShardFeed feed,
            RecordJson json,
            TailLimits limits,
            Tails tails,
            Function<Throwable, String> problems) {}

    private final Context context;
    private final Parts parts;
    private final WriteStream<Buffer> out;
    private final Runnable cutOff;
    private final @Nullable ByteBuffer key;
    private final Deque<TailBatch> pending = new ArrayDeque<>();
    private State state = State.CATCHING_UP;
    private Position position;
    /** The newest version of the log that any position here may speak of. */
    private Log known;

    private @Nullable TailHub hub;
    private @Nullable Position joinedAt;
    private int turn;
    private long heartbeat = -1;
    private long deadline = -1;

    /**
     * @param out takes text of events; its write queue's size is set here
     * @param cutOff ends the connection without waiting for the reader
     * @param key of the records that are wanted, or null for all
     */
    TailSession(
            Context context,
            Parts parts,
            WriteStream<Buffer> out,
            Runnable cutOff,
            Position start,
            byte @Nullable [] key) {
        this.context = context;
        this.parts = parts;
        this.out = out;
        this.cutOff = cutOff;
        this.position = start;
        this.known = parts.frontier().log();
        this.key = key == null ? null : ByteBuffer.wrap(key);
    }

    Context context() {
        return context;
    }

    void start() {
        out.setWriteQueueMaxSize(parts.limits().queueBytesMax());
        // A position without data is one too: who is cut off before the first record resumes from here.
        write(": open\nid: " + position + "\n\n");
        heartbeat = parts.vertx().setPeriodic(parts.limits().heartbeat().toMillis(), id -> {
            if (state == State.LIVE) {
                write(": heartbeat\nid: " + position + "\n\n");
            }
        });
        readOn();
    }

    private void readOn() {
        if (state == State.CLOSED) {
            return;
        }
        if (out.writeQueueFull()) {
            stall();
            return;
        }
        try {
            known = parts.frontier().log();
            if (state == State.JOINING && joinedAt != null && parts.frontier().isPast(position, joinedAt)) {
                goLive();
                return;
            }
            var next = parts.frontier().next(position, turn++);
            if (next == null) {
                idle();
                return;
            }
            parts.feed()
                    .read(
                            next.log(),
                            next.shard(),
                            next.offset(),
                            parts.limits().chunkRecords(),
                            parts.limits().chunkBytes())
                    .whenComplete((chunk, failure) -> context.runOnContext(read -> took(next, chunk, failure)));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void took(Next next, @Nullable Chunk chunk, @Nullable Throwable failure) {
        if (state == State.CLOSED) {
            return;
        }
        if (chunk != null) {
            pass(TailBatch.of(next.log(), chunk, position, parts.json()));
            readOn();
        } else if (failure == null) {
            fail(new IllegalStateException("no chunk"));
        } else if (parts.frontier().begins(position, next, cause(failure))) {
            readOn();
        } else {
            readAgain(failure);
        }
    }

    private void readAgain(Throwable failure) {
        if (passes(failure)) {
            parts.vertx().setTimer(RETRY_MILLIS, timer -> readOn());
        } else {
            fail(failure);
        }
    }

    /** Returns whether it is worth it to try again: an election, or more to do than there is room for. */
    static boolean passes(Throwable failure) {
        var cause = cause(failure);
        return cause instanceof NoLeaderException
                || cause instanceof NoQuorumException
                || cause instanceof OverloadedException;
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void idle() {
        if (parts.frontier().isAtEnd(position)) {
            write("event: end\ndata: {\"reason\":\"the shard is sealed and read to its end\"}\n\n");
            end();
        } else if (state != State.JOINING) {
            state = State.JOINING;
            joinedAt = null;
            parts.tails()
                    .hub(parts.frontier(), position)
                    .whenComplete((joining, failure) -> context.runOnContext(found -> join(joining, failure)));
        } else if (joinedAt != null) {
            // What the hub read is committed: it is here within a moment.
            parts.vertx().setTimer(1, timer -> readOn());
        }
    }

    private void join(@Nullable TailHub joining, @Nullable Throwable failure) {
        if (state != State.JOINING) {
            return;
        }
        if (joining == null) {
            state = State.CATCHING_UP;
            readAgain(failure == null ? new IllegalStateException("no hub") : failure);
            return;
        }
        hub = joining;
        joining.join(this, at -> context.runOnContext(ignored -> joined(joining, at)));
    }

    private void joined(TailHub joining, @Nullable Position at) {
        if (hub != joining || state != State.JOINING) {
            // Dismissed meanwhile, or closed.
            joining.leave(this);
            readOn();
        } else if (at == null) {
            hub = null;
            state = State.CATCHING_UP;
            readOn();
        } else {
            joinedAt = at;
            readOn();
        }
    }

    private void goLive() {
        state = State.LIVE;
        if (joinedAt != null) {
            // Of shards that a tail of one key never reads, this is where it goes on when it is resumed.
            position = position.and(joinedAt, known);
        }
        while (state == State.LIVE && !pending.isEmpty()) {
            pass(pending.remove());
        }
    }

    /** Takes a batch from the hub. */
    void deliver(TailBatch batch) {
        if (state == State.JOINING) {
            pending.add(batch);
            if (pending.size() > PENDING_MAX) {
                leaveHub();
                state = State.CATCHING_UP;
            }
        } else if (state == State.LIVE) {
            if (out.writeQueueFull()) {
                leaveHub();
                stall();
            } else {
                pass(batch);
            }
        }
    }

    /** Sends what of a batch this reader has not had. */
    private void pass(TailBatch batch) {
        if (position == batch.before() || position.equals(batch.before())) {
            if (key == null) {
                out.write(batch.text());
            } else {
                send(batch);
            }
            position = batch.after();
        } else {
            position = send(batch);
        }
    }

    /** Sends the events that are wanted and were not had, and returns the position after them. */
    private Position send(TailBatch batch) {
        var log = batch.log().shards().version() < known.shards().version() ? known : batch.log();
        known = log;
        var events = batch.events(key);
        if (events.isEmpty() && key != null) {
            return position;
        }
        var passed = position.passed(log);
        var text = Buffer.buffer();
        Map<Integer, Long> offsets = new HashMap<>(position.offsets());
        for (var event : events) {
            if (!passed.contains(event.shard()) && event.offset() >= offsets.getOrDefault(event.shard(), 0L)) {
                offsets.put(event.shard(), event.offset() + 1);
                TailBatch.append(event, new Position(position.log(), offsets).compact(log), text);
            }
        }
        if (text.length() > 0) {
            out.write(text);
        }
        return new Position(position.log(), offsets).compact(log);
    }

    private void stall() {
        state = State.STALLED;
        deadline = parts.vertx().setTimer(parts.limits().slowMax().toMillis(), timer -> tooSlow());
        out.drainHandler(drained -> {
            if (state == State.STALLED) {
                parts.vertx().cancelTimer(deadline);
                state = State.CATCHING_UP;
                readOn();
            }
        });
    }

    private void tooSlow() {
        if (state == State.STALLED) {
            parts.tails().countCutOff();
            write("event: slow\nid: " + position + "\ndata: {\"reason\":\"nothing was taken for "
                    + parts.limits().slowMax() + "; resume from the last id\"}\n\n");
            end();
            // What was written may yet be taken; the connection is not waited for.
            parts.vertx().setTimer(1000, timer -> cutOff.run());
        }
    }

    /** Takes the hub's word that it goes on no more. */
    void dismissed() {
        boolean isLive = state == State.LIVE;
        if (isLive || state == State.JOINING) {
            pending.clear();
            hub = null;
            state = State.CATCHING_UP;
        }
        // One that is joining reads already, or will once its joining is answered.
        if (isLive) {
            readOn();
        }
    }

    private void fail(Throwable failure) {
        write("event: problem\nid: " + position + "\ndata: " + parts.problems().apply(failure) + "\n\n");
        end();
    }

    private void write(String text) {
        out.write(Buffer.buffer(text));
    }

    private void end() {
        close();
        out.end();
    }

    private void leaveHub() {
        pending.clear();
        var left = hub;
        hub = null;
        if (left != null) {
            left.leave(this);
        }
    }

    /** Lets go of everything; what is written is not taken back. May be called twice. */
    void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            leaveHub();
            parts.vertx().cancelTimer(heartbeat);
            parts.vertx().cancelTimer(deadline);
            parts.tails().closed();
        }
    }
}
