package io.forelog.raft.transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what a {@link FrameWriter} wrote, and trusts none of it. Not thread-safe. */
public final class FrameReader {

    public static final int NAME_BYTES_MAX = 255;

    private final ByteBuffer source;

    public FrameReader(ByteBuffer source) {
        this.source = source;
    }

    public byte getByte() throws MalformedFrameException {
        return need(Byte.BYTES).get();
    }

    public boolean getBoolean() throws MalformedFrameException {
        return getByte() != 0;
    }

    public int getInt() throws MalformedFrameException {
        return need(Integer.BYTES).getInt();
    }

    public long getLong() throws MalformedFrameException {
        return need(Long.BYTES).getLong();
    }

    public String getName() throws MalformedFrameException {
        var encoded = new byte[Byte.toUnsignedInt(getByte())];
        need(encoded.length).get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    /** Returns a slice; nothing is copied. */
    public ByteBuffer getBytes() throws MalformedFrameException {
        var length = getInt();
        if (length < 0) {
            throw new MalformedFrameException("length " + length);
        }
        need(length);
        var slice = source.slice(source.position(), length);
        source.position(source.position() + length);
        return slice;
    }

    /** Returns a count of items that take at least {@code itemBytes} each, so that no count outgrows the frame. */
    public int getCount(int itemBytes) throws MalformedFrameException {
        var count = getInt();
        if (count < 0 || (long) count * itemBytes > source.remaining()) {
            throw new MalformedFrameException("count " + count + " with " + source.remaining() + " bytes left");
        }
        return count;
    }

    /** Returns all that is left, as a slice. */
    public ByteBuffer rest() {
        return source.slice();
    }

    /** Checks that all was read. */
    public void end() throws MalformedFrameException {
        if (source.hasRemaining()) {
            throw new MalformedFrameException(source.remaining() + " bytes too many");
        }
    }

    private ByteBuffer need(int bytes) throws MalformedFrameException {
        if (bytes > source.remaining()) {
            throw new MalformedFrameException(bytes + " bytes wanted, " + source.remaining() + " left");
        }
        return source;
    }
}
