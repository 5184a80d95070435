package io.forelog.record;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One immutable record. The arrays are handed over, not copied: whoever holds a record must not write to them.
 *
 * <p>Safe for use by any thread.
 *
 * @param key the key's bytes, or null for a record without a key
 * @param value the value's bytes
 * @param headers in the order appended; a name that begins with {@code :} is the product's own
 * @param timestamp milliseconds since 1970-01-01T00:00Z
 */
public record LogRecord(byte @Nullable [] key, byte[] value, List<Header> headers, long timestamp) {

    /** The header that carries the media type of a value; absent means {@code application/octet-stream}. */
    public static final String CONTENT_TYPE = ":content-type";

    public LogRecord {
        headers = List.copyOf(headers);
    }

    /**
     * A name and a text.
     *
     * @param name at least one character
     * @param value any text
     */
    public record Header(String name, String value) {}

    /** Returns the media type that the value was appended with, or null if none was recorded. */
    public @Nullable String contentType() {
        for (var header : headers) {
            if (header.name().equals(CONTENT_TYPE)) {
                return header.value();
            }
        }
        return null;
    }

    /** Returns about how many bytes of heap this record takes; what the caches' bounds count. */
    public int weight() {
        int weight = 96 + value.length + (key == null ? 0 : 16 + key.length);
        for (var header : headers) {
            weight += 96 + header.name().length() + header.value().length();
        }
        return weight;
    }
}
