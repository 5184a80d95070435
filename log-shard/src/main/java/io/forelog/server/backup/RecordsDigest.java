package io.forelog.server.backup;

import io.forelog.record.LogRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * SHA-256 of records in order, whatever batches they lie in: key, value, headers and timestamp of each. For one
 * thread.
 */
final class RecordsDigest {

    private static final int ABSENT = -1;

    private final MessageDigest digest = sha256();

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    void add(LogRecord record) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, record.timestamp()));
        byte[] key = record.key();
        if (key == null) {
            length(ABSENT);
        } else {
            bytes(key);
        }
        bytes(record.value());
        length(record.headers().size());
        for (var header : record.headers()) {
            bytes(header.name().getBytes(StandardCharsets.UTF_8));
            bytes(header.value().getBytes(StandardCharsets.UTF_8));
        }
    }

    private void bytes(byte[] bytes) {
        length(bytes.length);
        digest.update(bytes);
    }

    private void length(int length) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, length));
    }

    /** Returns it in hexadecimal; use it once. */
    String end() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
