package io.forelog.loadgen.client;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request, apart from the endpoint it is sent to.
 *
 * @param path path and query, encoded
 * @param headers name to value
 * @param body null for none
 * @param repeatable whether the call may be sent again when nobody knows whether the first one had its effect
 * @param extraTime how much longer than usual the answer may take, as with a long poll
 */
record HttpCall(
        HttpMethod method,
        String path,
        Map<String, String> headers,
        @Nullable Buffer body,
        boolean repeatable,
        Duration extraTime) {

    static HttpCall get(String path, Map<String, String> headers) {
        return new HttpCall(HttpMethod.GET, path, headers, null, true, Duration.ZERO);
    }

    static HttpCall send(HttpMethod method, String path, String contentType, Buffer body, boolean repeatable) {
        return new HttpCall(method, path, Map.of("Content-Type", contentType), body, repeatable, Duration.ZERO);
    }

    /** Not repeatable: the second answer would deny what the first one did. */
    static HttpCall delete(String path) {
        return new HttpCall(HttpMethod.DELETE, path, Map.of(), null, false, Duration.ZERO);
    }

    HttpCall withExtraTime(Duration extraTime) {
        return new HttpCall(method, path, headers, body, repeatable, extraTime);
    }
}
