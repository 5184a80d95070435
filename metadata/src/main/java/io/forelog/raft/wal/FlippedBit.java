package io.forelog.raft.wal;

import java.nio.ByteBuffer;

/**
 * Tells a record of which one bit has changed from one of which a crash has left a part. A CRC is linear: how a changed
 * bit changes it depends on the bit's place alone, and no two bits of a record change it alike (Peterson and Brown,
 * "Cyclic Codes for Error Detection", Proceedings of the IRE 1961), and the record before it must fit too.
 *
 * <p>A torn write lacks whole sectors. One that should hold little but zeros, and holds nothing but zeros, may be such
 * a sector: so a changed bit counts only where enough else of the record was written beside it.
 */
final class FlippedBit {

    /** CRC-32C, reflected. */
    private static final int POLYNOMIAL = 0x82F63B78;

    private static final int CHECKED_FROM = 4;
    private static final int LENGTH_AT = 4;
    /** What a disk writes whole or not at all. */
    private static final int SECTOR_BYTES = 512;
    /** Of a sector, other than zero: what it held before is hardly the same in so many, and differs in one bit. */
    private static final int WRITTEN_BYTES_MIN = 8;

    private static final int[] TABLE = new int[256];

    static {
        for (int i = 0; i < TABLE.length; i++) {
            int crc = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ POLYNOMIAL;
            }
            TABLE[i] = crc;
        }
    }

    private final ByteBuffer bytes;
    private final int start;
    private final long sequence;
    private final int previousCrc;

    private FlippedBit(ByteBuffer bytes, int start, long sequence, int previousCrc) {
        this.bytes = bytes;
        this.start = start;
        this.sequence = sequence;
        this.previousCrc = previousCrc;
    }

    /**
     * Returns whether the bytes at {@code start} would be the record of the file {@code sequence} that follows a given
     * one if one bit, and no more, were another. They are as before when this returns.
     */
    static boolean isIn(ByteBuffer bytes, int start, long sequence, int previousCrc) {
        if (start + LogRecord.HEADER_BYTES > bytes.limit()) {
            return false;
        }
        var record = new FlippedBit(bytes, start, sequence, previousCrc);
        return record.isInChecksumOrContent() || record.isInLength();
    }

    private boolean isInChecksumOrContent() {
        int payloadBytes = LogRecord.payloadBytes(bytes, start);
        if (payloadBytes < 0 || payloadBytes > bytes.limit() - start - LogRecord.HEADER_BYTES) {
            return false;
        }
        int difference = bytes.getInt(start) ^ LogRecord.crc(bytes, start, payloadBytes);
        if (Integer.bitCount(difference) == 1) {
            int bit = Integer.numberOfTrailingZeros(difference);
            return fits(start + Integer.BYTES - 1 - bit / Byte.SIZE, bit % Byte.SIZE);
        }
        int[] changes = new int[Byte.SIZE];
        for (int bit = 0; bit < Byte.SIZE; bit++) {
            changes[bit] = TABLE[1 << bit];
        }
        for (int at = start + LogRecord.HEADER_BYTES + payloadBytes - 1; at >= start + CHECKED_FROM; at--) {
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                if (changes[bit] == difference && fits(at, bit)) {
                    return true;
                }
                changes[bit] = changes[bit] >>> Byte.SIZE ^ TABLE[changes[bit] & 0xFF];
            }
        }
        return false;
    }

    /** A changed length moves the end up to which is checked. */
    private boolean isInLength() {
        for (int bit = 0; bit < Integer.SIZE; bit++) {
            if (fits(start + LENGTH_AT + Integer.BYTES - 1 - bit / Byte.SIZE, bit % Byte.SIZE)) {
                return true;
            }
        }
        return false;
    }

    private boolean fits(int at, int bit) {
        byte found = bytes.get(at);
        bytes.put(at, (byte) (found ^ 1 << bit));
        boolean fits = LogRecord.valid(bytes, start, sequence) && LogRecord.previousCrc(bytes, start) == previousCrc;
        int end = fits ? start + LogRecord.HEADER_BYTES + LogRecord.payloadBytes(bytes, start) : start;
        bytes.put(at, found);
        return fits && isWrittenBeside(at, end);
    }

    private boolean isWrittenBeside(int at, int end) {
        int sector = at / SECTOR_BYTES * SECTOR_BYTES;
        int written = 0;
        for (int i = Math.max(start, sector); i < Math.min(end, sector + SECTOR_BYTES); i++) {
            if (i != at && bytes.get(i) != 0) {
                written++;
            }
        }
        return written >= WRITTEN_BYTES_MIN;
    }
}
