package io.forelog.raft;

import io.forelog.raft.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What an entry of MicroRaft's log holds. Its bytes may leave memory once they are in the write-ahead log, where its
 * index and term find them again.
 */
final class LogOperation {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final EntryKind kind;
    private final int bytes;
    private final @Nullable CompletableFuture<Committed> answer;
    private volatile @Nullable ByteBuffer payload;
    private volatile long index;
    private volatile int term;

    private LogOperation(
            EntryKind kind, int bytes, @Nullable ByteBuffer payload, @Nullable CompletableFuture<Committed> answer) {
        this.kind = kind;
        this.bytes = bytes;
        this.payload = payload;
        this.answer = answer;
    }

    /** Returns an operation that was submitted here. */
    static LogOperation submitted(EntryKind kind, ByteBuffer payload, CompletableFuture<Committed> answer) {
        return new LogOperation(kind, payload.remaining(), payload, answer);
    }

    /** Returns an operation that another member sent. */
    static LogOperation received(EntryKind kind, ByteBuffer payload) {
        return new LogOperation(kind, payload.remaining(), payload, null);
    }

    /** Returns an operation whose bytes are in the log. */
    static LogOperation stored(EntryKind kind, int bytes, long index, int term) {
        var operation = new LogOperation(kind, bytes, null, null);
        operation.place(index, term);
        return operation;
    }

    static LogOperation newTerm() {
        return new LogOperation(EntryKind.NEW_TERM, 0, NOTHING, null);
    }

    EntryKind kind() {
        return kind;
    }

    int bytes() {
        return bytes;
    }

    int term() {
        return term;
    }

    /** Returns who waits for the outcome, if that is someone here. */
    Optional<CompletableFuture<Committed>> answer() {
        return Optional.ofNullable(answer);
    }

    /** Says where in the log it is. */
    void place(long newIndex, int newTerm) {
        index = newIndex;
        term = newTerm;
    }

    /** Forgets the bytes, which the log has. */
    void release() {
        payload = null;
    }

    /** Returns the bytes if they are in memory. */
    Optional<ByteBuffer> inMemory() {
        return Optional.ofNullable(payload).map(ByteBuffer::duplicate);
    }

    /** Returns the bytes, from memory or from the log. */
    ByteBuffer payload(WriteAheadLog log) throws IOException {
        var cached = payload;
        return cached != null ? cached.duplicate() : log.read(index, term).payload();
    }
}
