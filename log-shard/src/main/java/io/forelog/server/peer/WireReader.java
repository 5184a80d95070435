package io.forelog.server.peer;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import io.forelog.replication.ShardId;
import io.vertx.core.buffer.Buffer;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one message; {@link #read} throws nothing but {@link MalformedMessageException}, however hostile the bytes.
 * For one thread.
 */
public final class WireReader {

    /** Of one text: names of nodes and logs, and what an error says. */
    static final int TEXT_BYTES_MAX = 16 << 10;

    private final ByteBuffer in;

    private WireReader(Buffer message) {
        in = ByteBuffer.wrap(message.getBytes());
    }

    /**
     * Reads a whole message.
     *
     * @throws MalformedMessageException if it is cut short, goes on after its end, or a field cannot be
     */
    static <T> T read(Buffer message, Function<WireReader, T> body) {
        var reader = new WireReader(message);
        try {
            int version = reader.tag();
            if (version != WireWriter.VERSION) {
                throw new MalformedMessageException("the message is of version " + version + ", this node speaks "
                        + WireWriter.VERSION + "; nodes are upgraded one after another, to the next version each");
            }
            var value = body.apply(reader);
            if (reader.in.hasRemaining()) {
                throw new MalformedMessageException(reader.in.remaining() + " bytes follow the message");
            }
            return value;
        } catch (BufferUnderflowException e) {
            throw new MalformedMessageException("the message ends amid a field, at byte " + reader.in.position());
        } catch (IllegalArgumentException | CorruptBatchException e) {
            throw new MalformedMessageException("a field of the message cannot be: " + e.getMessage());
        }
    }

    boolean flag() {
        return tag() != 0;
    }

    int tag() {
        return in.get() & 0xff;
    }

    int number() {
        return in.getInt();
    }

    /** Reads a number from {@code min} to {@code max}. */
    int number(int min, int max) {
        int value = in.getInt();
        if (value < min || value > max) {
            throw new MalformedMessageException(value + " is not from " + min + " to " + max);
        }
        return value;
    }

    long longNumber() {
        return in.getLong();
    }

    byte[] bytes(int max) {
        byte[] value = new byte[length(max)];
        in.get(value);
        return value;
    }

    String text() {
        return new String(bytes(TEXT_BYTES_MAX), StandardCharsets.UTF_8);
    }

    @Nullable
    String textOrNull() {
        return flag() ? text() : null;
    }

    ShardId shard() {
        return new ShardId(longNumber(), number(0, Integer.MAX_VALUE));
    }

    /** Reads a batch whose frame is whole; its bytes are those of the message. */
    RecordBatch batch() {
        int length = length(Integer.MAX_VALUE);
        var batch = RecordBatch.wrap(in.slice(in.position(), length));
        in.position(in.position() + length);
        return batch;
    }

    /** @param bytesMin that each element takes, so that a claimed count cannot ask for memory */
    <T> List<T> list(int max, int bytesMin, Supplier<T> element) {
        int count = number(0, Math.min(max, in.remaining() / bytesMin));
        var list = new ArrayList<T>(count);
        for (int i = 0; i < count; i++) {
            list.add(element.get());
        }
        return list;
    }

    private int length(int max) {
        int length = number(0, max);
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        return length;
    }
}
