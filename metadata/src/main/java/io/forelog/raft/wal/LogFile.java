package io.forelog.raft.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One file of the ring while it holds records. Its header names the place where the file before it ended, which is
 * known to be forced by the time the header is written.
 */
final class LogFile {

    static final int HEADER_BYTES = 64;

    private static final long MAGIC = 0x464f52454c4f4757L; // "FORELOGW"
    private static final int VERSION = 1;
    private static final String PREFIX = "wal-";
    private static final String FREE_PREFIX = "free-";

    private final WalFile file;
    private final long sequence;
    private long indexMax;

    LogFile(WalFile file, long sequence) {
        this.file = file;
        this.sequence = sequence;
    }

    /**
     * What a file's header says.
     *
     * @param sequence the file's number in the log
     * @param previousEnd position at which the file before it ended
     * @param chainSeed CRC of the last record of the file before it
     */
    record Header(long sequence, long previousEnd, int chainSeed) {}

    static String name(long sequence) {
        return PREFIX + "%016x".formatted(sequence);
    }

    static String freeName(long number) {
        return FREE_PREFIX + "%016x".formatted(number);
    }

    static boolean isLog(String name) {
        return name.startsWith(PREFIX);
    }

    static boolean isFree(String name) {
        return name.startsWith(FREE_PREFIX);
    }

    static long number(String name) {
        return Long.parseUnsignedLong(name.substring(name.indexOf('-') + 1), 16);
    }

    WalFile file() {
        return file;
    }

    long sequence() {
        return sequence;
    }

    /** Returns the highest index of an entry ever written here: the file is free once that one is let go. */
    long indexMax() {
        return indexMax;
    }

    void holds(long index) {
        indexMax = Math.max(indexMax, index);
    }

    void writeHeader(long previousEnd, int chainSeed) throws IOException {
        var bytes = ByteBuffer.allocate(HEADER_BYTES);
        bytes.putLong(MAGIC)
                .putInt(VERSION)
                .putLong(sequence)
                .putLong(previousEnd)
                .putInt(chainSeed);
        bytes.putInt(HEADER_BYTES - Integer.BYTES, headerCrc(bytes));
        file.write(bytes.clear(), 0);
        file.force();
    }

    /** Returns the header at the start of {@code bytes}. */
    static Header readHeader(ByteBuffer bytes, String name) throws IOException {
        if (bytes.getInt(HEADER_BYTES - Integer.BYTES) != headerCrc(bytes) || bytes.getLong(0) != MAGIC) {
            throw new CorruptLogException("header of " + name + " is damaged");
        }
        if (bytes.getInt(8) != VERSION) {
            throw new IOException(name + " has version " + bytes.getInt(8) + ", this program reads " + VERSION);
        }
        return new Header(bytes.getLong(12), bytes.getLong(20), bytes.getInt(28));
    }

    /** Returns whether {@code bytes} begin with a header that was written for {@code sequence}. */
    static boolean hasHeader(ByteBuffer bytes, long sequence) {
        return bytes.getInt(HEADER_BYTES - Integer.BYTES) == headerCrc(bytes)
                && bytes.getLong(0) == MAGIC
                && bytes.getLong(12) == sequence;
    }

    private static int headerCrc(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.slice(0, HEADER_BYTES - Integer.BYTES));
        return (int) crc.getValue();
    }
}
