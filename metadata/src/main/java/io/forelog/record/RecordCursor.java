package io.forelog.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks the uncompressed records of one batch. Every length is checked against the bytes that are there before
 * it is used, so that hostile bytes end in a {@link CorruptBatchException} and nothing else.
 *
 * <p>Confined to one thread.
 */
final class RecordCursor implements RecordView {

    private static final byte[] EMPTY = {};

    private static final ByteBuffer NOWHERE = ByteBuffer.allocate(0);

    private ByteBuffer bytes;
    private int end;

    /** The bytes, if they lie in an array that may be read: a buffer checks more than is checked here already. */
    private byte @Nullable [] array;

    private int arrayAt;
    private int at;
    private int recordEnd;

    /** What the batch says of its records' timestamps: one for all, or one that theirs are added to. */
    private long timestamp;

    private boolean isTimestampForAll;

    private long timestampDelta;
    private int offsetDelta;
    private int keyAt;
    private int keyLength;
    private int valueAt;
    private int valueLength;
    private int headersAt;
    private int headerCount;

    /** Walks the bytes from {@code at}, inclusive, to {@code end}, exclusive. */
    RecordCursor(ByteBuffer bytes, int at, int end) {
        walk(bytes, at, end);
    }

    /** Walks nothing until {@link #walk}. */
    RecordCursor() {
        this(NOWHERE, 0, 0);
    }

    /** Walks other bytes from here on, as a new cursor would. */
    void walk(ByteBuffer source, int from, int to) {
        bytes = source;
        at = from;
        end = to;
        array = source.hasArray() ? source.array() : null;
        arrayAt = array == null ? 0 : source.arrayOffset();
    }

    /** Lets the bytes go. */
    void leave() {
        walk(NOWHERE, 0, 0);
    }

    /** Tells what the batch says of its records' timestamps. */
    void timestamps(long base, boolean isForAll) {
        timestamp = base;
        isTimestampForAll = isForAll;
    }

    /** Goes past {@code records} records by their lengths alone. */
    void skip(int records) {
        for (int i = 0; i < records; i++) {
            at = frame();
        }
    }

    /** Reads the next record up to, but not including, its headers' texts. */
    void next() {
        recordEnd = frame();
        need(1);
        at++;
        timestampDelta = varlong();
        offsetDelta = varint();
        keyLength = length("key");
        keyAt = at;
        at += Math.max(keyLength, 0);
        valueLength = length("value");
        valueAt = at;
        at += Math.max(valueLength, 0);
        headerCount = varint();
        headersAt = at;
        // A header takes two bytes at least.
        if (headerCount < 0 || headerCount > (recordEnd - at) / 2) {
            throw new CorruptBatchException(
                    "a record of " + (recordEnd - at) + " remaining bytes has no " + headerCount + " headers");
        }
        at = recordEnd;
    }

    /** Checks the headers of the record that {@link #next} read, and that the record ends where they do. */
    void checkHeaders() {
        at = headersAt;
        for (int i = 0; i < headerCount; i++) {
            int name = length("header name");
            if (name < 0) {
                throw new CorruptBatchException("a header has no name");
            }
            at += name;
            int value = length("header value");
            at += Math.max(value, 0);
        }
        if (at != recordEnd) {
            throw new CorruptBatchException("a record has " + (recordEnd - at) + " bytes after its headers");
        }
    }

    /**
     * Checks that the record that {@link #next} read says nothing that {@link LogRecord} cannot: a value or a header's
     * value that is null, a header whose name or value is not UTF-8.
     */
    void checkKept() {
        if (valueLength < 0) {
            throw new CorruptBatchException("a record's value is null; an empty one has 0 bytes");
        }
        at = headersAt;
        for (int i = 0; i < headerCount; i++) {
            checkText("header name");
            checkText("header value");
        }
        at = recordEnd;
    }

    private void checkText(String what) {
        int length = length(what);
        if (length < 0) {
            throw new CorruptBatchException("a " + what + " is null; an empty one has 0 bytes");
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(copy(at, length)));
        } catch (CharacterCodingException e) {
            throw new CorruptBatchException("a " + what + " is not UTF-8");
        }
        at += length;
    }

    /** Checks that no byte follows the last record. */
    void checkEnd() {
        if (at != end) {
            throw new CorruptBatchException((end - at) + " bytes follow the last record of a batch");
        }
    }

    /** Returns where the next record begins. */
    int at() {
        return at;
    }

    /** Returns how many bytes are not walked yet. */
    int remaining() {
        return end - at;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    long timestampDelta() {
        return timestampDelta;
    }

    /** Returns the timestamp of the record that {@link #next} read, as {@link #timestamps} has it. */
    long timestamp() {
        return isTimestampForAll ? timestamp : timestamp + timestampDelta;
    }

    int offsetDelta() {
        return offsetDelta;
    }

    int keyAt() {
        return keyAt;
    }

    @Override
    public int keyLength() {
        return keyLength;
    }

    @Override
    public int valueLength() {
        return Math.max(0, valueLength);
    }

    @Override
    public int headerCount() {
        return headerCount;
    }

    @Override
    public long keyHash(@Nullable String delimiter) {
        return delimiter == null || delimiter.isEmpty()
                ? KeyHash.of(bytes, keyAt, keyLength)
                : KeyHash.of(copy(keyAt, keyLength), delimiter);
    }

    @Override
    public LogRecord copy() {
        return record(timestamp());
    }

    boolean hasKey(byte[] key) {
        if (keyLength != key.length) {
            return false;
        }
        for (int i = 0; i < keyLength; i++) {
            if (bytes.get(keyAt + i) != key[i]) {
                return false;
            }
        }
        return true;
    }

    /** Copies the record that {@link #next} read; a null value becomes an empty one. */
    LogRecord record(long timestamp) {
        return new LogRecord(
                keyLength < 0 ? null : copy(keyAt, keyLength), copy(valueAt, valueLength), headers(), timestamp);
    }

    private List<LogRecord.Header> headers() {
        if (headerCount == 0) {
            return List.of();
        }
        at = headersAt;
        var headers = new ArrayList<LogRecord.Header>(headerCount);
        for (int i = 0; i < headerCount; i++) {
            String name = text("header name");
            String value = text("header value");
            if (name == null) {
                throw new CorruptBatchException("a header has no name");
            }
            headers.add(new LogRecord.Header(name, value == null ? "" : value));
        }
        at = recordEnd;
        return headers;
    }

    private @Nullable String text(String what) {
        int length = length(what);
        if (length < 0) {
            return null;
        }
        var text = new String(copy(at, length), StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    private byte[] copy(int from, int length) {
        if (length <= 0) {
            return EMPTY;
        }
        byte[] copy = new byte[length];
        bytes.get(from, copy);
        return copy;
    }

    /** Reads a record's length and returns where the record ends. */
    private int frame() {
        recordEnd = end;
        int length = varint();
        if (length < BatchLayout.RECORD_BYTES_MIN - 1 || length > end - at) {
            throw new CorruptBatchException("a record of " + length + " bytes where " + (end - at) + " are left");
        }
        return at + length;
    }

    /** Reads the length of a text and checks that so many bytes follow in this record. */
    private int length(String what) {
        int length = varint();
        if (length < -1 || length > recordEnd - at) {
            throw new CorruptBatchException(
                    "a " + what + " of " + length + " bytes where " + (recordEnd - at) + " are left");
        }
        return length;
    }

    private int varint() {
        long value = varlong();
        if ((int) value != value) {
            throw new CorruptBatchException("a length or count of " + value + " is out of range");
        }
        return (int) value;
    }

    private long varlong() {
        byte[] source = array;
        if (source != null && recordEnd - at > 1) {
            // Nearly all of them have one byte or two.
            int from = arrayAt + at;
            int first = source[from];
            int second = source[from + 1];
            if (first >= 0) {
                at++;
                return (first >>> 1) ^ -(first & 1);
            }
            if (second >= 0) {
                at += 2;
                int zigzag = first & 0x7f | second << 7;
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            need(1);
            byte next = byteAt(at++);
            zigzag |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new CorruptBatchException("a number of more than ten bytes");
    }

    /** Returns a byte that lies before {@link #recordEnd}. */
    private byte byteAt(int index) {
        byte[] source = array;
        return source == null ? bytes.get(index) : source[arrayAt + index];
    }

    private void need(int count) {
        if (recordEnd - at < count) {
            throw new CorruptBatchException("a record ends in the middle of a field");
        }
    }
}
