package io.forelog.loadgen.client;

import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record, read by its address or its key.
 *
 * @param value byte for byte as appended
 * @param answeredBy the tier that had it
 * @param etag {@code "shard:offset"} with its quotes, or null if the server sent none
 * @param headers of the record; HTTP does not tell their names' upper and lower case for sure
 */
public record ReadAnswer(
        Buffer value,
        AnsweredBy answeredBy,
        @Nullable String etag,
        Map<String, String> headers) {

    private static final String HEADER = "record-header-";

    static ReadAnswer of(HttpAnswer answer) {
        var headers = answer.headers();
        var own = new LinkedHashMap<String, String>();
        for (var header : headers) {
            if (header.getKey().regionMatches(true, 0, HEADER, 0, HEADER.length())) {
                own.put(decoded(header.getKey().substring(HEADER.length())), decoded(header.getValue()));
            }
        }
        return new ReadAnswer(
                answer.body(),
                AnsweredBy.parse(headers.get("Cache-Status")),
                headers.get("ETag"),
                Collections.unmodifiableMap(own));
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
