package io.forelog.cache.value;

import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.LogRecord.Header;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record with its address as bytes, and back. The layout, big-endian, where a length is an unsigned varint:
 *
 * <pre>
 * version 1 | crc32c 4 | log 8 | shard 4 | offset 8 | timestamp 8
 *           | key length + 1, or 0 for none | key | headers | { name length | name | text length | text }
 *           | value, to the end
 * </pre>
 *
 * <p>The checksum covers all that follows it. The address is within, so that a value found under the wrong key is
 * noticed. Safe for use by any thread.
 */
public final class ValueCodec {

    static final byte VERSION = 1;
    private static final int CHECKED_FROM = 5;
    private static final int ADDRESS_BYTES = 20;
    private static final int VARINT_BYTES_MAX = 5;
    private static final int HEADERS_MAX = 1 << 16;

    private ValueCodec() {}

    /** Returns {@code record} as bytes, to be stored under {@code address}. */
    public static byte[] encode(GlobalAddress address, LogRecord record) {
        var names = new byte[2 * record.headers().size()][];
        int size = CHECKED_FROM + ADDRESS_BYTES + Long.BYTES + record.value().length;
        var key = record.key();
        size += varintBytes(key == null ? 0 : key.length + 1) + (key == null ? 0 : key.length);
        size += varintBytes(record.headers().size());
        for (int i = 0; i < names.length; i++) {
            var header = record.headers().get(i / 2);
            names[i] = (i % 2 == 0 ? header.name() : header.value()).getBytes(StandardCharsets.UTF_8);
            size += varintBytes(names[i].length) + names[i].length;
        }

        var out = ByteBuffer.allocate(size).put(VERSION).position(CHECKED_FROM);
        out.putLong(address.log())
                .putInt(address.shard())
                .putLong(address.offset())
                .putLong(record.timestamp());
        putVarint(out, key == null ? 0 : key.length + 1);
        if (key != null) {
            out.put(key);
        }
        putVarint(out, record.headers().size());
        for (var text : names) {
            putVarint(out, text.length);
            out.put(text);
        }
        out.put(record.value());
        return out.putInt(1, checksum(out.array())).array();
    }

    /** Returns the record, or null if {@code bytes} are not, to the bit, what was encoded for {@code address}. */
    public static @Nullable LogRecord decode(GlobalAddress address, byte[] bytes) {
        if (bytes.length < CHECKED_FROM + ADDRESS_BYTES || bytes[0] != VERSION) {
            return null;
        }
        var in = ByteBuffer.wrap(bytes).position(1);
        if (in.getInt() != checksum(bytes)
                || in.getLong() != address.log()
                || in.getInt() != address.shard()
                || in.getLong() != address.offset()) {
            return null;
        }
        try {
            return body(in);
        } catch (BufferUnderflowException e) {
            return null; // The checksum holds, yet the lengths do not: written by something that is not this codec.
        }
    }

    private static LogRecord body(ByteBuffer in) {
        long timestamp = in.getLong();
        int keyLength = varint(in);
        byte[] key = keyLength == 0 ? null : bytes(in, keyLength - 1);
        int headerCount = varint(in);
        if (headerCount > HEADERS_MAX) {
            throw new BufferUnderflowException();
        }
        var headers = headerCount == 0 ? List.<Header>of() : new ArrayList<Header>();
        for (int i = 0; i < headerCount; i++) {
            headers.add(new Header(text(in), text(in)));
        }
        return new LogRecord(key, bytes(in, in.remaining()), headers, timestamp);
    }

    private static String text(ByteBuffer in) {
        return new String(bytes(in, varint(in)), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        var bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        var crc = new CRC32C();
        crc.update(bytes, CHECKED_FROM, bytes.length - CHECKED_FROM);
        return (int) crc.getValue();
    }

    private static int varintBytes(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    private static void putVarint(ByteBuffer out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    private static int varint(ByteBuffer in) {
        int value = 0;
        for (int i = 0; i < VARINT_BYTES_MAX; i++) {
            int b = in.get();
            value |= (b & 0x7f) << (7 * i);
            if (b >= 0) {
                if (value < 0) {
                    break;
                }
                return value;
            }
        }
        throw new BufferUnderflowException();
    }
}
