package io.forelog.loadgen.client;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A record to append. The array is handed over, not copied.
 *
 * @param key null for none
 * @param value any bytes
 */
public record NewRecord(@Nullable String key, byte[] value) {

    /** Returns a record whose value is a text, as JSON is. */
    public static NewRecord of(@Nullable String key, String value) {
        return new NewRecord(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
