package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A problem document (RFC 9457).
 *
 * @param status the HTTP status
 * @param slug the last part of {@code type}, such as {@code no-such-log}; {@code http-<status>} where the answer
 *     was no problem document, as from a proxy
 * @param title a short name of the kind of problem
 * @param detail what happened here, with numbers
 * @param retryable whether the server says that repeating the very same call may succeed
 * @param retryAfter how long the server asks to wait first; zero if it did not say
 * @param document the whole document, for its further members; missing where there was none
 */
public record Problem(
        int status,
        String slug,
        String title,
        String detail,
        boolean retryable,
        Duration retryAfter,
        JsonNode document) {

    private static final Set<String> MAY_HAVE_APPENDED = Set.of("commit-unknown", "partially-appended");

    /** Reads the problem out of an answer with a status of 400 or above, whatever its body is. */
    static Problem of(HttpAnswer answer) {
        return of(
                parse(answer.body()),
                answer.status(),
                retryAfter(answer.headers().get("Retry-After")));
    }

    /** Reads a problem that is part of an answer. */
    static Problem of(JsonNode document) {
        return of(document, document.path("status").asInt(), Duration.ZERO);
    }

    private static Problem of(JsonNode document, int status, Duration retryAfter) {
        var type = document.path("type").asText("");
        return new Problem(
                status,
                type.isEmpty() ? "http-" + status : type.substring(type.lastIndexOf('/') + 1),
                document.path("title").asText(""),
                document.path("detail").asText(""),
                document.path("retryable").asBoolean(type.isEmpty() && status >= 502 && status <= 504),
                retryAfter,
                document);
    }

    /** Returns whether an append that was answered with this may have happened, whole or in part. */
    public boolean appendMayHaveHappened() {
        return MAY_HAVE_APPENDED.contains(slug) || (status >= 500 && slug.startsWith("http-"));
    }

    private static JsonNode parse(Buffer body) {
        try {
            var node = Json.MAPPER.readTree(body.getBytes());
            return node.isObject() ? node : MissingNode.getInstance();
        } catch (IOException e) {
            // A proxy's HTML or an empty body: the status alone has to do.
            return MissingNode.getInstance();
        }
    }

    private static Duration retryAfter(@Nullable String header) {
        return header != null && header.matches("\\d{1,6}")
                ? Duration.ofSeconds(Long.parseLong(header))
                : Duration.ZERO;
    }
}
