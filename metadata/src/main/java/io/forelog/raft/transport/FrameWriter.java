package io.forelog.raft.transport;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A buffer that grows, and the encodings of the wire: big-endian, strings as UTF-8 after their length. Not thread-safe.
 */
public final class FrameWriter {

    private byte[] bytes = new byte[4096];
    private ByteBuffer view = ByteBuffer.wrap(bytes);
    private int length;

    public int length() {
        return length;
    }

    public void putByte(int value) {
        grow(Byte.BYTES);
        bytes[length++] = (byte) value;
    }

    public void putBoolean(boolean value) {
        putByte(value ? 1 : 0);
    }

    public void putInt(int value) {
        grow(Integer.BYTES);
        view.putInt(length, value);
        length += Integer.BYTES;
    }

    public void putInt(int position, int value) {
        view.putInt(position, value);
    }

    public void putLong(long value) {
        grow(Long.BYTES);
        view.putLong(length, value);
        length += Long.BYTES;
    }

    /** Puts the length of the text as one byte, then the text. */
    public void putName(String text) {
        var encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length > FrameReader.NAME_BYTES_MAX) {
            throw new IllegalArgumentException("name of " + encoded.length + " bytes: " + text);
        }
        putByte(encoded.length);
        grow(encoded.length);
        System.arraycopy(encoded, 0, bytes, length, encoded.length);
        length += encoded.length;
    }

    /** Puts the number of bytes remaining, then the bytes; {@code source} is left as it is. */
    public void putBytes(ByteBuffer source) {
        putInt(source.remaining());
        grow(source.remaining());
        view.put(length, source, source.position(), source.remaining());
        length += source.remaining();
    }

    /** Forgets what was put after the first {@code newLength} bytes. */
    public void truncate(int newLength) {
        length = newLength;
    }

    public void writeTo(OutputStream target) throws IOException {
        target.write(bytes, 0, length);
    }

    /** Returns what was put, copied. */
    public ByteBuffer toBuffer() {
        return ByteBuffer.wrap(Arrays.copyOf(bytes, length));
    }

    private void grow(int more) {
        if (more > bytes.length - length) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
            view = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        }
    }
}
