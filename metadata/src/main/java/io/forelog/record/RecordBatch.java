package io.forelog.record;

import static io.forelog.record.BatchLayout.ATTRIBUTES;
import static io.forelog.record.BatchLayout.BASE_OFFSET;
import static io.forelog.record.BatchLayout.BASE_SEQUENCE;
import static io.forelog.record.BatchLayout.BASE_TIMESTAMP;
import static io.forelog.record.BatchLayout.COMPRESSION_MASK;
import static io.forelog.record.BatchLayout.COUNT;
import static io.forelog.record.BatchLayout.CRC;
import static io.forelog.record.BatchLayout.LAST_OFFSET_DELTA;
import static io.forelog.record.BatchLayout.LEADER_EPOCH;
import static io.forelog.record.BatchLayout.LOG_APPEND_TIME;
import static io.forelog.record.BatchLayout.MAX_TIMESTAMP;
import static io.forelog.record.BatchLayout.PRODUCER_EPOCH;
import static io.forelog.record.BatchLayout.PRODUCER_ID;
import static io.forelog.record.BatchLayout.RECORDS;
import static io.forelog.record.BatchLayout.RECORD_BYTES_MIN;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.zip.CRC32C;

/**
 * Records as bytes, in the layout of Kafka's record batch v2: what is stored, replicated and sent. A view: the
 * bytes stay where they are, and nobody may write to them while the batch is used (but see {@link #stamp}).
 *
 * <p>{@link #wrap} and {@link #parseAll} check the frame only; until {@link #verify} returned, every field and
 * record may be any nonsense. Reading never throws anything but {@link CorruptBatchException}, however hostile
 * the bytes. A batch here is dense: {@code endOffset() - baseOffset()} records, without gaps. Batches that
 * are transactional, control batches, or were compacted are refused by {@link #verify}.
 *
 * <p>Safe for use by any thread, as long as the bytes do not change.
 */
public final class RecordBatch {

    /** One for each thread, so that a point read allocates nothing but its record. */
    private static final ThreadLocal<RecordCursor> CURSORS = ThreadLocal.withInitial(RecordCursor::new);

    /** How many bytes the records of one batch may take once decompressed. */
    public static final int PLAIN_BYTES_MAX = 64 << 20;

    /** How many bytes a batch takes beside its records. */
    public static final int HEADER_BYTES = RECORDS;

    private final ByteBuffer bytes;

    private RecordBatch(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** Sees each record of a batch in order without copying it. */
    @FunctionalInterface
    public interface KeyVisitor {

        /**
         * @param index the record's place in the batch, from 0
         * @param timestamp milliseconds since 1970-01-01T00:00Z
         * @param bytes holds the key; only valid during the call
         * @param keyAt absolute position of the key in {@code bytes}
         * @param keyLength length of the key in bytes, or -1 for a record without a key
         * @param recordAt how many bytes after the begin of the batch the record begins, or -1 in a compressed batch
         */
        void record(int index, long timestamp, ByteBuffer bytes, int keyAt, int keyLength, int recordAt);
    }

    /** Sees each record of a batch in order. */
    @FunctionalInterface
    public interface RecordVisitor {

        /**
         * @param index the record's place in the batch, from 0
         * @param timestamp milliseconds since 1970-01-01T00:00Z
         * @param record only valid during the call
         */
        void record(int index, long timestamp, RecordView record);
    }

    /**
     * Takes all remaining bytes as one batch. The buffer's position is left as it was.
     *
     * @throws CorruptBatchException if length and magic do not say that it is exactly one
     */
    public static RecordBatch wrap(ByteBuffer buffer) {
        var bytes = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        int size = BatchLayout.frame(bytes, 0, bytes.limit());
        if (size != bytes.limit()) {
            throw new CorruptBatchException((bytes.limit() - size) + " bytes follow a batch of " + size);
        }
        return new RecordBatch(bytes);
    }

    /**
     * Takes all remaining bytes as batches one after another; none gives an empty list.
     *
     * @throws CorruptBatchException if the last one is cut short, or one is not framed as a batch
     */
    public static List<RecordBatch> parseAll(ByteBuffer buffer) {
        var bytes = buffer.slice().order(ByteOrder.BIG_ENDIAN);
        var batches = new ArrayList<RecordBatch>();
        for (int at = 0; at < bytes.limit(); ) {
            int size = BatchLayout.frame(bytes, at, bytes.limit());
            batches.add(new RecordBatch(bytes.slice(at, size).order(ByteOrder.BIG_ENDIAN)));
            at += size;
        }
        return batches;
    }

    /** Takes the batch that begins at {@code at}, whatever follows it; throws if none can. */
    public static RecordBatch wrapAt(ByteBuffer buffer, int at) {
        return new RecordBatch(buffer.slice(at, sizeAt(buffer, at)).order(ByteOrder.BIG_ENDIAN));
    }

    /** Returns the size in bytes that the batch at {@code at} claims to have, or throws if it cannot be one. */
    public static int sizeAt(ByteBuffer buffer, int at) {
        return BatchLayout.frame(buffer, at, buffer.limit());
    }

    /** Checks CRC32C, that every record decodes, and that counts, offsets and the newest timestamp agree with them. */
    public void verify() {
        verify(PLAIN_BYTES_MAX);
    }

    /**
     * As {@link #verify()}, with a bound of the caller's.
     *
     * @param plainBytesMax how many bytes the records may take once decompressed
     * @throws CorruptBatchException if anything does not agree, or there is more
     */
    public void verify(int plainBytesMax) {
        verify(plainBytesMax, RecordCursor::checkHeaders, (index, timestamp, record) -> {});
    }

    /**
     * As {@link #verify()}, and checks that every record comes back as it was sent: that no value is null, and headers
     * are texts. Each record is shown once it is checked, the last one before the batch is known to be right.
     *
     * @throws CorruptBatchException if anything is not so
     */
    public void verifyKept(RecordVisitor visitor) {
        verify(PLAIN_BYTES_MAX, RecordBatch::requireKept, visitor);
    }

    private void verify(int plainBytesMax, Consumer<RecordCursor> check, RecordVisitor visitor) {
        verifyCrc();
        int known = COMPRESSION_MASK | LOG_APPEND_TIME;
        if ((attributes() & ~known) != 0) {
            throw new CorruptBatchException("batch attributes 0x" + Integer.toHexString(attributes() & 0xffff)
                    + " ask for transactions, control records or another thing that is not kept here");
        }
        int count = count();
        var cursor = cursor(plainBytesMax);
        long newest = Long.MIN_VALUE;
        for (int i = 0; i < count; i++) {
            cursor.next();
            check.accept(cursor);
            if (cursor.offsetDelta() != i) {
                throw new CorruptBatchException(
                        "record " + i + " of a batch says that it is number " + cursor.offsetDelta());
            }
            newest = Math.max(newest, cursor.timestamp());
            visitor.record(i, cursor.timestamp(), cursor);
        }
        cursor.checkEnd();
        if (newest != maxTimestamp()) {
            throw new CorruptBatchException("newest timestamp is " + newest + ", the batch says " + maxTimestamp());
        }
    }

    /** Checks the CRC32C alone: enough for bytes that {@link #verify} accepted before they were stored or sent. */
    public void verifyCrc() {
        int actual = crc();
        int stated = bytes.getInt(CRC);
        if (actual != stated) {
            throw new CorruptBatchException("CRC32C is " + Integer.toHexString(actual) + ", the batch at offset "
                    + baseOffset() + " says " + Integer.toHexString(stated));
        }
    }

    /** Returns the CRC32C that the batch states of itself; base offset and leader epoch are not in it. */
    public int statedCrc() {
        return bytes.getInt(CRC);
    }

    private int crc() {
        var covered = bytes.duplicate();
        covered.position(ATTRIBUTES);
        var crc = new CRC32C();
        crc.update(covered);
        return (int) crc.getValue();
    }

    public long baseOffset() {
        return bytes.getLong(BASE_OFFSET);
    }

    /** Returns the offset after that of the last record. */
    public long endOffset() {
        return baseOffset() + count();
    }

    /**
     * Returns how many records there are, at least one.
     *
     * @throws CorruptBatchException if so many cannot be there, or the last offset disagrees
     */
    public int count() {
        int count = bytes.getInt(COUNT);
        if (count < 1 || bytes.getInt(LAST_OFFSET_DELTA) != count - 1) {
            throw new CorruptBatchException(
                    "a batch of " + count + " records whose last has offset delta " + bytes.getInt(LAST_OFFSET_DELTA));
        }
        return count;
    }

    /** Returns the size of the whole batch as it is stored. */
    public int sizeBytes() {
        return bytes.limit();
    }

    /** @throws CorruptBatchException if the batch's number for it is no compression's */
    public Compression compression() {
        int id = attributes() & COMPRESSION_MASK;
        if (id > Compression.ZSTD.id()) {
            throw new CorruptBatchException("no compression has the number " + id);
        }
        return Compression.of(id);
    }

    /** Returns the idempotent producer's id, or -1 if there is none. */
    public long producerId() {
        return bytes.getLong(PRODUCER_ID);
    }

    public short producerEpoch() {
        return bytes.getShort(PRODUCER_EPOCH);
    }

    /** Returns the producer's number for the first record, or -1. */
    public int baseSequence() {
        return bytes.getInt(BASE_SEQUENCE);
    }

    /** Returns the first record's timestamp in milliseconds. */
    public long baseTimestamp() {
        return bytes.getLong(BASE_TIMESTAMP);
    }

    public long maxTimestamp() {
        return bytes.getLong(MAX_TIMESTAMP);
    }

    public int leaderEpoch() {
        return bytes.getInt(LEADER_EPOCH);
    }

    private int attributes() {
        return bytes.getShort(ATTRIBUTES);
    }

    /** Returns a copy at another offset. Neither it nor the epoch is covered by the CRC, so the rest stays as it is. */
    public RecordBatch withBaseOffset(long baseOffset, int leaderEpoch) {
        var copy = ByteBuffer.allocate(sizeBytes()).put(0, bytes, 0, sizeBytes());
        stamp(copy, 0, baseOffset, leaderEpoch);
        return new RecordBatch(copy);
    }

    /** Sets offset and epoch of the batch that begins at {@code at}, in place: for whoever owns the bytes. */
    public static void stamp(ByteBuffer target, int at, long baseOffset, int leaderEpoch) {
        target.putLong(at + BASE_OFFSET, baseOffset);
        target.putInt(at + LEADER_EPOCH, leaderEpoch);
    }

    /** Returns the whole batch, with a position of its own; the bytes are shared and read-only. */
    public ByteBuffer buffer() {
        return bytes.asReadOnlyBuffer();
    }

    /**
     * Copies the record at a place in this batch. In an uncompressed batch those before it are skipped unread.
     *
     * @param index from 0, below {@link #count()}
     */
    public LogRecord record(int index) {
        Objects.checkIndex(index, count());
        var cursor = cursor(PLAIN_BYTES_MAX);
        cursor.skip(index);
        cursor.next();
        return cursor.copy();
    }

    /**
     * Copies one record of the batch that begins at {@code at} of a larger buffer, such as a mapped file: as
     * {@code wrap(...).record(index)}, but nothing else is allocated.
     *
     * @param bytes big-endian; its position and limit do not matter
     * @param index the record's place in the batch
     * @param recordAt where in {@code bytes} the record {@code skip} before it begins, as {@link #forEach} told, or -1
     * @param skip how many records after {@code recordAt} it is; of no meaning without one
     */
    public static LogRecord recordAt(ByteBuffer bytes, int at, int index, int recordAt, int skip) {
        int size = BatchLayout.frame(bytes, at, bytes.capacity());
        if ((bytes.getShort(at + ATTRIBUTES) & COMPRESSION_MASK) != Compression.NONE.id()) {
            return wrap(bytes.slice(at, size)).record(index);
        }
        var cursor = CURSORS.get();
        try {
            seek(cursor, bytes, at, size, index, recordAt, skip);
            boolean appendTime = (bytes.getShort(at + ATTRIBUTES) & LOG_APPEND_TIME) != 0;
            return cursor.record(
                    appendTime
                            ? bytes.getLong(at + MAX_TIMESTAMP)
                            : bytes.getLong(at + BASE_TIMESTAMP) + cursor.timestampDelta());
        } finally {
            cursor.leave();
        }
    }

    /**
     * Returns whether one record of the batch that begins at {@code at} has exactly this key, as {@link #recordAt}
     * finds it.
     */
    public static boolean hasKeyAt(ByteBuffer bytes, int at, int index, int recordAt, int skip, byte[] key) {
        int size = BatchLayout.frame(bytes, at, bytes.capacity());
        if ((bytes.getShort(at + ATTRIBUTES) & COMPRESSION_MASK) != Compression.NONE.id()) {
            return wrap(bytes.slice(at, size)).hasKey(index, key);
        }
        var cursor = CURSORS.get();
        try {
            seek(cursor, bytes, at, size, index, recordAt, skip);
            return cursor.hasKey(key);
        } finally {
            cursor.leave();
        }
    }

    private static void seek(
            RecordCursor cursor, ByteBuffer bytes, int at, int size, int index, int recordAt, int skip) {
        Objects.checkIndex(index, bytes.getInt(at + COUNT));
        boolean isMarked = recordAt >= at + RECORDS && recordAt < at + size;
        cursor.walk(bytes, isMarked ? recordAt : at + RECORDS, at + size);
        cursor.skip(isMarked ? skip : index);
        cursor.next();
    }

    /** Returns whether the record at a place in this batch has exactly this key. */
    public boolean hasKey(int index, byte[] key) {
        var cursor = cursor(PLAIN_BYTES_MAX);
        cursor.skip(index);
        cursor.next();
        return cursor.hasKey(key);
    }

    /** Copies every record, in order. */
    public List<LogRecord> records() {
        int count = count();
        var cursor = cursor(PLAIN_BYTES_MAX);
        var records = new ArrayList<LogRecord>(count);
        for (int i = 0; i < count; i++) {
            cursor.next();
            records.add(cursor.copy());
        }
        return records;
    }

    /** Shows every record's key and timestamp to {@code visitor}, in order, without copying. */
    public void forEach(KeyVisitor visitor) {
        int count = count();
        var cursor = cursor(PLAIN_BYTES_MAX);
        for (int i = 0; i < count; i++) {
            int recordAt = cursor.bytes() == bytes ? cursor.at() : -1;
            cursor.next();
            visitor.record(i, cursor.timestamp(), cursor.bytes(), cursor.keyAt(), cursor.keyLength(), recordAt);
        }
    }

    /** Shows every record to {@code visitor}, in order, without copying. */
    public void forEachView(RecordVisitor visitor) {
        int count = count();
        var cursor = cursor(PLAIN_BYTES_MAX);
        for (int i = 0; i < count; i++) {
            cursor.next();
            visitor.record(i, cursor.timestamp(), cursor);
        }
    }

    private static void requireKept(RecordCursor cursor) {
        cursor.checkHeaders();
        try {
            cursor.checkKept();
        } catch (CorruptBatchException e) {
            throw new CorruptBatchException("record " + cursor.offsetDelta() + ": " + e.getMessage());
        }
    }

    private RecordCursor cursor(int plainBytesMax) {
        int count = count();
        var compression = compression();
        var cursor = compression == Compression.NONE
                ? new RecordCursor(bytes, RECORDS, bytes.limit())
                : unpacked(compression, plainBytesMax);
        boolean appendTime = (attributes() & LOG_APPEND_TIME) != 0;
        cursor.timestamps(appendTime ? maxTimestamp() : baseTimestamp(), appendTime);
        if (count > cursor.remaining() / RECORD_BYTES_MIN) {
            throw new CorruptBatchException(cursor.remaining() + " bytes cannot hold " + count + " records");
        }
        return cursor;
    }

    private RecordCursor unpacked(Compression compression, int plainBytesMax) {
        byte[] packed = new byte[bytes.limit() - RECORDS];
        bytes.get(RECORDS, packed);
        byte[] plain = Codec.decompress(compression, packed, plainBytesMax);
        return new RecordCursor(ByteBuffer.wrap(plain), 0, plain.length);
    }
}
