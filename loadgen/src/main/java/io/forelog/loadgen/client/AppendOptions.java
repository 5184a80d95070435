package io.forelog.loadgen.client;

import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How one append is sent.
 *
 * @param ack {@code leader}, {@code quorum}, {@code all} or {@code caches}; null for the log's own
 * @param producer makes the append idempotent, hence repeatable; null for none
 * @param expected append only if the first record gets this address; null for wherever it falls
 */
public record AppendOptions(
        @Nullable String ack,
        @Nullable Producer producer,
        @Nullable RecordAddress expected) {

    /** The log's own settings, not idempotent. */
    public static final AppendOptions DEFAULT = new AppendOptions(null, null);

    /** Wherever it falls. */
    public AppendOptions(@Nullable String ack, @Nullable Producer producer) {
        this(ack, producer, null);
    }

    /**
     * Who appends, and the number of this append among the producer's.
     *
     * @param id at least 0
     * @param epoch at least 0; a higher one fences the lower
     * @param sequence one more than that of the producer's append to the log before this one
     */
    public record Producer(long id, int epoch, long sequence) {}

    Map<String, String> headers(AppendFormat format) {
        var headers = new HashMap<String, String>();
        headers.put("Content-Type", format.contentType());
        if (producer != null) {
            headers.put("Producer-Id", Long.toString(producer.id()));
            headers.put("Producer-Epoch", Integer.toString(producer.epoch()));
            headers.put("Producer-Seq", Long.toString(producer.sequence()));
        }
        if (expected != null) {
            headers.put("If-Match", '"' + expected.toString() + '"');
        }
        return headers;
    }

    String query(AppendFormat format, NewRecord first) {
        var parts = new ArrayList<String>(2);
        if (ack != null) {
            parts.add("ack=" + ack);
        }
        if (format == AppendFormat.RAW && first.key() != null) {
            parts.add("key=" + Paths.encode(first.key()));
        }
        return parts.isEmpty() ? "" : "?" + String.join("&", parts);
    }
}
