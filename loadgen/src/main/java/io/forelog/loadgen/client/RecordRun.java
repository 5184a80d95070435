package io.forelog.loadgen.client;

import io.forelog.record.RecordAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
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

    /** A record as it is stored; the value byte for byte. */
    public record StoredRecord(
            RecordAddress address, @Nullable String key, byte[] value) {

        /** Returns the value as UTF-8 text. */
        public String text() {
            return new String(value, StandardCharsets.UTF_8);
        }
    }
}
