package io.forelog.record;

import java.nio.ByteBuffer;
import java.util.List;

/** Placeholder body; the signatures are fixed. */
public final class RecordBatch {

    private final ByteBuffer buffer;

    private RecordBatch(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    public static RecordBatch wrap(ByteBuffer buffer) {
        return new RecordBatch(buffer);
    }

    public ByteBuffer buffer() {
        return buffer;
    }

    public long baseOffset() {
        return buffer.getLong(0);
    }

    public List<LogRecord> records() {
        return List.of();
    }
}
