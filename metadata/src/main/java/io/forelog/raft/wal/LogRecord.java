package io.forelog.raft.wal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The layout of a record: a header of 32 bytes, the payload, zeros up to a multiple of 8.
 *
 * <pre>
 *  0 int   CRC32C of bytes 4 to the payload's end
 *  4 int   length of the payload
 *  8 long  index
 * 16 int   term
 * 20 int   CRC32C of the record before, or the seed in the file's header
 * 24 int   low bits of the file's sequence, so that a recycled file's old records are recognised
 * 28 byte  type, see {@link Type}
 * 29 byte  kind of an entry
 * 30 byte  1 if all before this record had been forced when it was written
 * 31 byte  0
 * </pre>
 */
final class LogRecord {

    static final int HEADER_BYTES = 32;
    static final int ALIGNMENT = 8;

    /** What a record says. Its ordinal is on disk. */
    enum Type {
        /** Never written, so that zeros are no record. */
        NONE,
        /** An entry. */
        ENTRY,
        /** Entries from the index on are void. */
        TRUNCATE,
        /** All entries are void; the next one has the index. */
        RESET,
        /** The log was closed in order; all before was forced. */
        CLOSE;

        private static final Type[] VALUES = values();
    }

    private LogRecord() {}

    static int size(int payloadBytes) {
        return (HEADER_BYTES + payloadBytes + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** Puts a record at the position of {@code target}, which has room for it; returns its CRC. */
    static int put(ByteBuffer target, Type type, WalEntry entry, int previousCrc, long sequence, boolean afterForce) {
        var start = target.position();
        var payloadBytes = entry.payload().remaining();
        target.putInt(0)
                .putInt(payloadBytes)
                .putLong(entry.index())
                .putInt(entry.term())
                .putInt(previousCrc);
        target.putInt((int) sequence).put((byte) type.ordinal()).put(entry.kind());
        target.put((byte) (afterForce ? 1 : 0)).put((byte) 0);
        target.put(entry.payload().duplicate());
        var end = start + size(payloadBytes);
        while (target.position() < end) {
            target.put((byte) 0);
        }
        var crc = crc(target, start, payloadBytes);
        target.putInt(start, crc);
        return crc;
    }

    /** Returns whether the bytes at {@code start} are a whole record of the file {@code sequence}. */
    static boolean valid(ByteBuffer bytes, int start, long sequence) {
        if (start + HEADER_BYTES > bytes.limit() || bytes.getInt(start + 24) != (int) sequence) {
            return false;
        }
        var payloadBytes = payloadBytes(bytes, start);
        var type = bytes.get(start + 28);
        return payloadBytes >= 0
                && payloadBytes <= bytes.limit() - start - HEADER_BYTES
                && type > 0
                && type < Type.VALUES.length
                && bytes.getInt(start) == crc(bytes, start, payloadBytes);
    }

    static int crcOf(ByteBuffer bytes, int start) {
        return bytes.getInt(start);
    }

    static int payloadBytes(ByteBuffer bytes, int start) {
        return bytes.getInt(start + 4);
    }

    static long index(ByteBuffer bytes, int start) {
        return bytes.getLong(start + 8);
    }

    static int term(ByteBuffer bytes, int start) {
        return bytes.getInt(start + 16);
    }

    static int previousCrc(ByteBuffer bytes, int start) {
        return bytes.getInt(start + 20);
    }

    static Type type(ByteBuffer bytes, int start) {
        return Type.VALUES[bytes.get(start + 28)];
    }

    static byte kind(ByteBuffer bytes, int start) {
        return bytes.get(start + 29);
    }

    static boolean afterForce(ByteBuffer bytes, int start) {
        return bytes.get(start + 30) == 1;
    }

    /** Returns the entry at {@code start}; its payload is a slice. */
    static WalEntry entry(ByteBuffer bytes, int start) {
        var payload = bytes.slice(start + HEADER_BYTES, payloadBytes(bytes, start));
        return new WalEntry(index(bytes, start), term(bytes, start), kind(bytes, start), payload);
    }

    static int crc(ByteBuffer bytes, int start, int payloadBytes) {
        var crc = new CRC32C();
        crc.update(bytes.slice(start + 4, HEADER_BYTES - 4 + payloadBytes));
        return (int) crc.getValue();
    }
}
