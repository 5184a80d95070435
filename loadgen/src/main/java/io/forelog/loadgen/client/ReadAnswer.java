package io.forelog.loadgen.client;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/**
 * One record, read by its address or its key.
 *
 * @param value byte for byte as appended
 * @param answeredBy the tier that had it
 * @param etag {@code "shard:offset"} with its quotes, or null if the server sent none
 */
public record ReadAnswer(
        Buffer value, AnsweredBy answeredBy, @Nullable String etag) {

    static ReadAnswer of(HttpAnswer answer) {
        var headers = answer.headers();
        return new ReadAnswer(answer.body(), AnsweredBy.parse(headers.get("Cache-Status")), headers.get("ETag"));
    }
}
