package io.forelog.server.peer;

import io.forelog.record.RecordBatch;
import io.forelog.replication.ShardId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one message, version first. For one thread. */
public final class WireWriter {

    static final byte VERSION = 1;

    private final Buffer out;

    /** @param sizeHint about how many bytes will come */
    WireWriter(int sizeHint) {
        out = Buffer.buffer(sizeHint + 1).appendByte(VERSION);
    }

    Buffer end() {
        return out;
    }

    int size() {
        return out.length();
    }

    WireWriter flag(boolean value) {
        return tag(value ? 1 : 0);
    }

    WireWriter tag(int value) {
        out.appendByte((byte) value);
        return this;
    }

    WireWriter number(int value) {
        out.appendInt(value);
        return this;
    }

    WireWriter number(long value) {
        out.appendLong(value);
        return this;
    }

    WireWriter bytes(byte[] value) {
        out.appendInt(value.length).appendBytes(value);
        return this;
    }

    WireWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    WireWriter textOrNull(@Nullable String value) {
        flag(value != null);
        return value == null ? this : text(value);
    }

    WireWriter shard(ShardId shard) {
        return number(shard.log()).number(shard.number());
    }

    WireWriter batch(RecordBatch batch) {
        byte[] copy = new byte[batch.sizeBytes()];
        batch.buffer().get(copy);
        return bytes(copy);
    }

    <T> WireWriter list(Collection<T> list, Consumer<T> element) {
        number(list.size());
        list.forEach(element);
        return this;
    }
}
