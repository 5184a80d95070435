package io.forelog.server.tail;

import io.forelog.metadata.Log;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordAddress;
import io.forelog.server.tail.ShardFeed.Chunk;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chunk of a shard as server-sent events, written once for all tails that are at the same position. Immutable.
 *
 * @param before where a reader must be for {@code text} to be what comes next
 * @param after where it is then
 * @param events the same, each without its {@code id}, for readers that are elsewhere or want only some
 * @param text all events, each with the position after it
 */
record TailBatch(Log log, Position before, Position after, List<Event> events, Buffer text) {

    /** Turns a record into one line of JSON. */
    @FunctionalInterface
    public interface RecordJson {
        byte[] write(RecordAddress address, LogRecord record);
    }

    /** @param data one line */
    record Event(int shard, long offset, byte @Nullable [] key, byte[] data) {
        boolean hasKey(byte[] wanted) {
            return key != null && Arrays.equals(key, wanted);
        }
    }

    private static final byte[] ID = "id: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATA = "\ndata: ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "\n\n".getBytes(StandardCharsets.US_ASCII);

    static TailBatch of(Log log, Chunk chunk, Position before, RecordJson json) {
        var events = new ArrayList<Event>(chunk.records().size());
        var text = Buffer.buffer(256 * chunk.records().size());
        var position = before;
        long offset = chunk.from();
        for (var record : chunk.records()) {
            var event = new Event(
                    chunk.shard(), offset, record.key(), json.write(new RecordAddress(chunk.shard(), offset), record));
            offset++;
            position = position.with(chunk.shard(), offset);
            append(event, position, text);
            events.add(event);
        }
        return new TailBatch(log, before, position.compact(log), events, text);
    }

    static void append(Event event, Position after, Buffer into) {
        into.appendBytes(ID)
                .appendString(after.toString(), "US-ASCII")
                .appendBytes(DATA)
                .appendBytes(event.data())
                .appendBytes(END);
    }
}
