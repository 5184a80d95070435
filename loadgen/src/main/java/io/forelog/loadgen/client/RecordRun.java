package io.forelog.loadgen.client;

import io.forelog.record.RecordAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Records of one shard in offset order.
 *
 * @param nextOffset where to read on
 * @param highWatermark the first offset that no reader sees yet, as the answer told; -1 if it did not
 */
public record RecordRun(List<StoredRecord> records, long nextOffset, long highWatermark) {

    public RecordRun {
        records = List.copyOf(records);
    }

    /**
     * A record as it is stored.
     *
     * @param key null for none, and for one that is no text
     * @param value byte for byte
     * @param headers in the order appended
     * @param timestamp milliseconds since 1970
     */
    public record StoredRecord(
            RecordAddress address,
            @Nullable String key,
            byte[] value,
            Map<String, String> headers,
            long timestamp) {

        /** Returns the value as UTF-8 text. */
        public String text() {
            return new String(value, StandardCharsets.UTF_8);
        }
    }
}
