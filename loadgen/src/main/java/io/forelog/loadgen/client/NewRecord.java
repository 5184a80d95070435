package io.forelog.loadgen.client;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A record to append. The array is handed over, not copied.
 *
 * @param key null for none
 * @param value any bytes
 * @param headers at most 32, in this order; a name is not empty and does not begin with a colon
 */
public record NewRecord(@Nullable String key, byte[] value, Map<String, String> headers) {

    public NewRecord {
        for (var name : headers.keySet()) {
            if (name.isEmpty() || name.startsWith(":")) {
                throw new IllegalArgumentException(
                        "a header's name is not empty and does not begin with ':', as '" + name + "'");
            }
        }
        headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** Without headers. */
    public NewRecord(@Nullable String key, byte[] value) {
        this(key, value, Map.of());
    }

    /** Returns a record whose value is a text, as JSON is. */
    public static NewRecord of(@Nullable String key, String value) {
        return new NewRecord(key, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Returns this record with one more header, or another value of it. */
    public NewRecord withHeader(String name, String headerValue) {
        var more = new LinkedHashMap<>(headers);
        more.put(name, headerValue);
        return new NewRecord(key, value, more);
    }
}
