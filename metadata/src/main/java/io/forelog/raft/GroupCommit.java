package io.forelog.raft;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gathers operations that arrive while entries are under way into the next entry (DeWitt et al., "Implementation
 * Techniques for Main Memory Database Systems", SIGMOD 1984): alone, an operation waits for nothing; under load many
 * share one entry, one force and one message. Safe for use by several threads.
 *
 * <p>The state machine takes an entry apart with {@link #split}, applies the parts in order, and puts their answers
 * together with {@link #join}.
 */
public final class GroupCommit {

    /** Bytes before a part's own that {@link #add} may write to: with them a part that goes alone is not copied. */
    public static final int HEADROOM = 2 * Integer.BYTES;

    private final String group;
    private final Function<ByteBuffer, CompletableFuture<Committed>> submit;
    private final int entryBytesMax;
    private final int entriesUnderWayMax;
    private final long waitingBytesMax;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private int underWay;

    private static final class Entry {

        private final List<ByteBuffer> parts = new ArrayList<>();
        private final List<CompletableFuture<Committed>> answers = new ArrayList<>();
        private int bytes = Integer.BYTES;
    }

    /**
     * Creates it.
     *
     * @param group name of the group, for messages
     * @param submit submits an entry, as {@link ReplicatedGroup#submit} does
     * @param entryBytesMax largest entry of more than one part. Too small: more forces; too large: the first part of an
     *     entry waits long for its last
     * @param entriesUnderWayMax entries submitted and not answered. One makes the largest entries; a few keep disk and
     *     network busy while answers travel
     * @param waitingBytesMax bytes that may wait; more are refused
     */
    public GroupCommit(
            String group,
            Function<ByteBuffer, CompletableFuture<Committed>> submit,
            int entryBytesMax,
            int entriesUnderWayMax,
            long waitingBytesMax) {
        this.group = group;
        this.submit = submit;
        this.entryBytesMax = entryBytesMax;
        this.entriesUnderWayMax = entriesUnderWayMax;
        this.waitingBytesMax = waitingBytesMax;
    }

    /**
     * Submits a part; the bytes are handed over, and so are those before its position.
     *
     * @return completed with the entry's index and the part's own answer, or failed as its entry
     */
    public CompletableFuture<Committed> add(ByteBuffer part) {
        var answer = new CompletableFuture<Committed>();
        var bytes = Integer.BYTES + part.remaining();
        synchronized (this) {
            if (waitingBytes + bytes > waitingBytesMax) {
                answer.completeExceptionally(new SubmitException.Overloaded(group, waiting.size(), waitingBytes));
                return answer;
            }
            var last = waiting.peekLast();
            if (last == null || last.bytes + bytes > entryBytesMax) {
                last = new Entry();
                waiting.add(last);
            }
            last.parts.add(part);
            last.answers.add(answer);
            last.bytes += bytes;
            waitingBytes += bytes;
        }
        sendWhilePossible();
        return answer;
    }

    /** Returns the parts of an entry, as slices. */
    public static List<ByteBuffer> split(ByteBuffer entry) {
        var source = entry.duplicate();
        var count = source.getInt();
        var parts = new ArrayList<ByteBuffer>(count);
        for (var i = 0; i < count; i++) {
            var length = source.getInt();
            parts.add(source.slice(source.position(), length));
            source.position(source.position() + length);
        }
        return parts;
    }

    /** Returns the only part as an entry, in the room before it if there is some. */
    private static ByteBuffer alone(ByteBuffer part) {
        if (part.position() < HEADROOM) {
            return join(List.of(part));
        }
        int bytes = part.remaining();
        var entry = part.position(part.position() - HEADROOM).slice();
        return entry.putInt(0, 1).putInt(Integer.BYTES, bytes);
    }

    /** Returns parts as one entry, or answers as one. */
    public static ByteBuffer join(List<ByteBuffer> parts) {
        var bytes = Integer.BYTES;
        for (var part : parts) {
            bytes += Integer.BYTES + part.remaining();
        }
        var joined = ByteBuffer.allocate(bytes).putInt(parts.size());
        for (var part : parts) {
            joined.putInt(part.remaining()).put(part.duplicate());
        }
        return joined.flip();
    }

    private void sendWhilePossible() {
        for (var next = next(); next != null; next = next()) {
            send(next);
        }
    }

    private synchronized @Nullable Entry next() {
        if (underWay >= entriesUnderWayMax || waiting.isEmpty()) {
            return null;
        }
        underWay++;
        var next = waiting.remove();
        waitingBytes -= next.bytes - Integer.BYTES;
        return next;
    }

    private void send(Entry entry) {
        var bytes = entry.parts.size() == 1 ? alone(entry.parts.getFirst()) : join(entry.parts);
        submit.apply(bytes).whenComplete((committed, failure) -> {
            synchronized (this) {
                underWay--;
            }
            // Before the answers, whose receivers may take their time.
            sendWhilePossible();
            if (failure != null) {
                entry.answers.forEach(answer -> answer.completeExceptionally(failure));
            } else {
                var results = split(committed.result());
                for (var i = 0; i < results.size(); i++) {
                    entry.answers.get(i).complete(new Committed(committed.index(), results.get(i)));
                }
            }
        });
    }
}
