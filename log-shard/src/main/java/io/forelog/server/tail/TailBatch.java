package io.forelog.server.tail;

import io.forelog.metadata.Log;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.tail.ShardFeed.Chunk;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of a shard as server-sent events, written once for all tails that are at the same position. Immutable.
 *
 * @param before where a reader must be for {@code text} to be what comes next
 * @param after where it is then
 * @param events the same, each without its {@code id}, for readers that are elsewhere or want only some
 * @param byKey the events of each key: most tails of one key find nothing here, and that costs them one look
 * @param text all events, each with the position after it
 */
record TailBatch(
        Log log, Position before, Position after, List<Event> events, Map<ByteBuffer, List<Event>> byKey, Buffer text) {

    /** Turns a record into one line of JSON. */
    @FunctionalInterface
    public interface RecordJson {
        byte[] write(RecordAddress address, LogRecord record);
    }

    /** @param data one line */
    record Event(int shard, long offset, @Nullable ByteBuffer key, byte[] data) {}

    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    static TailBatch of(Log log, Chunk chunk, Position before, RecordJson json) {
        var events = new ArrayList<Event>(chunk.records().size());
        var text = Buffer.buffer(256 * chunk.records().size());
        var byKey = new HashMap<ByteBuffer, List<Event>>();
        var position = before;
        long offset = chunk.from();
        for (var record : chunk.records()) {
            var key = record.key() == null ? null : ByteBuffer.wrap(record.key());
            var event =
                    new Event(chunk.shard(), offset, key, json.write(new RecordAddress(chunk.shard(), offset), record));
            offset++;
            position = position.with(chunk.shard(), offset);
            append(event, position, text);
            events.add(event);
            if (key != null) {
                byKey.computeIfAbsent(key, unseen -> new ArrayList<>(1)).add(event);
            }
        }
        return new TailBatch(log, before, position.compact(log), events, byKey, text);
    }

    /** @param key of the events that are wanted, or null for all */
    List<Event> events(@Nullable ByteBuffer key) {
        return key == null ? events : byKey.getOrDefault(key, List.of());
    }

    static void append(Event event, Position after, Buffer into) {
        into.appendBytes(ID)
                .appendString(after.toString(), "US-ASCII")
                .appendBytes(DATA)
                .appendBytes(event.data())
                .appendBytes(END);
    }
}
