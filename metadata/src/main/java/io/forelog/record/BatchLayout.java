package io.forelog.record;

import java.nio.ByteBuffer;

/**
 * Where the fields of a Kafka record batch v2 are, in bytes from its begin, big-endian. The CRC32C covers
 * everything from {@link #ATTRIBUTES} on, so that {@link #BASE_OFFSET} and {@link #LEADER_EPOCH} can be set by
 * whoever appends without touching the rest.
 */
final class BatchLayout {

    static final int BASE_OFFSET = 0;
    static final int LENGTH = 8;
    /** How many leading bytes {@link #LENGTH} does not count. */
    static final int LENGTH_COUNTS_FROM = 12;

    static final int LEADER_EPOCH = 12;
    static final int MAGIC = 16;
    static final int CRC = 17;
    static final int ATTRIBUTES = 21;
    static final int LAST_OFFSET_DELTA = 23;
    static final int BASE_TIMESTAMP = 27;
    static final int MAX_TIMESTAMP = 35;
    static final int PRODUCER_ID = 43;
    static final int PRODUCER_EPOCH = 51;
    static final int BASE_SEQUENCE = 53;
    static final int COUNT = 57;
    static final int RECORDS = 61;

    static final byte MAGIC_V2 = 2;
    static final int COMPRESSION_MASK = 0b111;
    /** Set where the broker, not the producer, gave one timestamp to all records. */
    static final int LOG_APPEND_TIME = 0b1000;
    /** Length, attributes, two deltas, two lengths and a header count, one byte each. */
    static final int RECORD_BYTES_MIN = 7;

    private BatchLayout() {}

    /** Returns the size in bytes of the batch that begins at {@code at}, or throws if no whole batch does. */
    static int frame(ByteBuffer bytes, int at, int end) {
        if (end - at < RECORDS) {
            throw new CorruptBatchException("a batch has at least " + RECORDS + " bytes, there are " + (end - at));
        }
        int length = bytes.getInt(at + LENGTH);
        if (length < RECORDS - LENGTH_COUNTS_FROM || length > end - at - LENGTH_COUNTS_FROM) {
            throw new CorruptBatchException(
                    "batch length " + length + " is not between " + (RECORDS - LENGTH_COUNTS_FROM) + " and the "
                            + (end - at - LENGTH_COUNTS_FROM) + " bytes that follow it");
        }
        byte magic = bytes.get(at + MAGIC);
        if (magic != MAGIC_V2) {
            throw new CorruptBatchException("record batch v2 has magic 2, this one " + magic);
        }
        return length + LENGTH_COUNTS_FROM;
    }
}
