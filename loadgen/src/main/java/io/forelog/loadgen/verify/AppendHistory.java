package io.forelog.loadgen.verify;

import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * What was sent in one run and what became of it, in 24 bytes a record. Records are numbered from 0 as they are sent.
 *
 * <p>Order is kept by a counter of events, not by clocks: if record {@code a} was acknowledged before record
 * {@code b} was sent, then {@code acknowledgedAt(a) < sentAt(b)}, and only then does {@code a} come before {@code b}.
 *
 * <p>Confined to one thread at a time.
 */
public final class AppendHistory {

    /** What is known of a record's append. */
    public enum Outcome {
        /** Nobody knows, or no answer came yet: it may be there once, or not. */
        UNKNOWN,
        /** Answered with an address: it must be there, once, at that address. */
        ACKNOWLEDGED,
        /** Answered with a refusal: it must not be there. */
        REFUSED
    }

    private static final int CHUNK_BITS = 16;
    private static final int CHUNK_MASK = (1 << CHUNK_BITS) - 1;
    private static final int UNKNOWN = -1;
    private static final int REFUSED = -2;

    private final int recordsMax;
    private final List<Chunk> chunks = new ArrayList<>();
    private int records;
    private int keyEnd;
    private int events;
    private int acknowledged;
    private int refused;

    /** @param recordsMax how many records fit; {@link #isFull} tells when no more may be sent */
    public AppendHistory(int recordsMax) {
        this.recordsMax = recordsMax;
    }

    private static final class Chunk {
        private final int[] key = new int[1 << CHUNK_BITS];
        private final int[] sentAt = new int[1 << CHUNK_BITS];
        private final int[] acknowledgedAt = new int[1 << CHUNK_BITS];
        private final int[] shard = new int[1 << CHUNK_BITS];
        private final long[] offset = new long[1 << CHUNK_BITS];
    }

    /** Returns whether another {@code count} records would be too many. */
    public boolean isFull(int count) {
        return records > recordsMax - count;
    }

    /** Notes that a request is about to be sent; the records noted next are its records, in its order. */
    public void request() {
        events++;
    }

    /**
     * Notes a record of the present request.
     *
     * @param key the number of its key, at least 0
     * @return the record's number
     * @throws IllegalStateException if the history is full
     */
    public int sending(int key) {
        if (isFull(1)) {
            throw new IllegalStateException("the history is full with " + recordsMax + " records");
        }
        int number = records++;
        if (number >>> CHUNK_BITS == chunks.size()) {
            chunks.add(new Chunk());
        }
        var chunk = chunk(number);
        chunk.key[number & CHUNK_MASK] = key;
        keyEnd = Math.max(keyEnd, key + 1);
        chunk.sentAt[number & CHUNK_MASK] = events;
        chunk.shard[number & CHUNK_MASK] = UNKNOWN;
        return number;
    }

    /** Notes that a record's append was answered with this address. */
    public void acknowledged(int number, RecordAddress address) {
        var chunk = chunk(number);
        chunk.acknowledgedAt[number & CHUNK_MASK] = ++events;
        chunk.shard[number & CHUNK_MASK] = address.shard();
        chunk.offset[number & CHUNK_MASK] = address.offset();
        acknowledged++;
    }

    /** Notes that the server said that this record was not appended. */
    public void refused(int number) {
        chunk(number).shard[number & CHUNK_MASK] = REFUSED;
        refused++;
    }

    /** Returns how many records were sent. */
    public int records() {
        return records;
    }

    public int acknowledgedCount() {
        return acknowledged;
    }

    /** Returns how many records were sent and neither acknowledged nor refused. */
    public int unknownCount() {
        return records - acknowledged - refused;
    }

    public Outcome outcome(int number) {
        return switch (chunk(number).shard[number & CHUNK_MASK]) {
            case UNKNOWN -> Outcome.UNKNOWN;
            case REFUSED -> Outcome.REFUSED;
            default -> Outcome.ACKNOWLEDGED;
        };
    }

    public int key(int number) {
        return chunk(number).key[number & CHUNK_MASK];
    }

    /** Returns the number after the highest key's. */
    int keyEnd() {
        return keyEnd;
    }

    /** Returns when its request was sent; the same for all records of a request. */
    int sentAt(int number) {
        return chunk(number).sentAt[number & CHUNK_MASK];
    }

    /** Returns when it was acknowledged; never, hence after everything, if it was not. */
    int acknowledgedAt(int number) {
        return outcome(number) == Outcome.ACKNOWLEDGED
                ? chunk(number).acknowledgedAt[number & CHUNK_MASK]
                : Integer.MAX_VALUE;
    }

    /** Returns the shard of an acknowledged record. */
    public int shard(int number) {
        return chunk(number).shard[number & CHUNK_MASK];
    }

    /** Returns the offset of an acknowledged record. */
    public long offset(int number) {
        return chunk(number).offset[number & CHUNK_MASK];
    }

    private Chunk chunk(int number) {
        return chunks.get(number >>> CHUNK_BITS);
    }
}
