package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and its answer, on the event loop of its connection. Answers exactly once; an answer to a client
 * that has gone is dropped.
 */
public final class Call {

    static final ObjectMapper JSON = new ObjectMapper();
    static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");

    private final HttpServerRequest request;
    private final Context context;
    private final List<String> parameters;
    private final Buffer body;

    Call(HttpServerRequest request, Context context, List<String> parameters, Buffer body) {
        this.request = request;
        this.context = context;
        this.parameters = parameters;
        this.body = body;
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return request.response();
    }

    Buffer body() {
        return body;
    }

    /** Returns a parameter of the path as it stands there, percent-encoded. */
    String rawParameter(int index) {
        return parameters.get(index);
    }

    String log() {
        return Percent.decodeText(parameters.getFirst());
    }

    /** Returns the shard's number, the second parameter of the path. */
    int shard() {
        return (int) number("a shard's number", parameters.get(1), 0, Integer.MAX_VALUE);
    }

    /** Returns the bytes of a key in the path. */
    byte[] key(int index) {
        return Percent.decode(parameters.get(index));
    }

    /** Returns a query parameter as it stands, percent-encoded, or null; the first if there are several. */
    @Nullable String rawQuery(String name) {
        var query = request.query();
        if (query == null) {
            return null;
        }
        int at = 0;
        while (at <= query.length()) {
            int end = query.indexOf('&', at);
            end = end < 0 ? query.length() : end;
            int equals = query.indexOf('=', at);
            int nameEnd = equals >= 0 && equals < end ? equals : end;
            if (Percent.decodeText(query.substring(at, nameEnd)).equals(name)) {
                return query.substring(Math.min(nameEnd + 1, end), end);
            }
            at = end + 1;
        }
        return null;
    }

    @Nullable String query(String name) {
        var raw = rawQuery(name);
        return raw == null ? null : Percent.decodeText(raw);
    }

    String query(String name, String otherwise) {
        var value = query(name);
        return value == null ? otherwise : value;
    }

    long query(String name, long otherwise, long min, long max) {
        var value = query(name);
        return value == null ? otherwise : number(name, value, min, max);
    }

    boolean flag(String name) {
        return switch (query(name, "false")) {
            case "true", "" -> true;
            case "false" -> false;
            default -> throw ProblemException.badRequest(name + " is true or false, not '" + query(name) + "'");
        };
    }

    static long number(String name, String text, long min, long max) {
        try {
            long value = Long.parseLong(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest(name + " is a whole number from " + min + " to " + max + ", not '" + text + "'");
        }
        throw ProblemException.badRequest(name + " is a whole number from " + min + " to " + max + ", not " + text);
    }

    @Nullable String header(CharSequence name) {
        return request.getHeader(name);
    }

    MultiMap headers() {
        return request.headers();
    }

    /** Returns whose sequence of reads this call belongs to, as the caller names it, or null. */
    public @Nullable String readerName() {
        return request.getHeader("Forelog-Reader");
    }

    /** Returns a number for the connection, the reader of calls that name none. */
    public long connectionId() {
        return System.identityHashCode(request.connection());
    }

    /**
     * Returns the body as a JSON object; an empty body is an empty object.
     *
     * @throws ProblemException if it is not one, or the call says that it is something else
     */
    JsonNode jsonBody() {
        requireJsonType();
        if (body.length() == 0) {
            return JSON.createObjectNode();
        }
        try {
            var node = JSON.readTree(body.getBytes());
            if (node.isObject()) {
                return node;
            }
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw ProblemException.badRequest("the body is a JSON object");
    }

    /** A form's media type passes: it is what curl and others say when nobody told them what they send. */
    private void requireJsonType() {
        var type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type == null) {
            return;
        }
        int end = type.indexOf(';');
        var plain = (end < 0 ? type : type.substring(0, end)).strip().toLowerCase(Locale.ROOT);
        if (!plain.equals("application/json")
                && !plain.endsWith("+json")
                && !plain.equals("application/x-www-form-urlencoded")) {
            throw new ProblemException(Problem.of(
                    415,
                    "unsupported-media-type",
                    "The body is of a type that this call does not take",
                    "send application/json, not " + type));
        }
    }

    /** Runs {@code then} on this call's event loop when {@code stage} completes; a failure becomes a problem. */
    <T> void on(CompletionStage<T> stage, Consumer<T> then) {
        stage.whenComplete((value, failure) -> context.runOnContext(ignored -> {
            if (failure != null) {
                fail(failure);
            } else {
                attempt(() -> then.accept(value));
            }
        }));
    }

    /** Runs a step of this call; what it throws becomes a problem. */
    void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    void json(int status, JsonNode document) {
        try {
            end(status, APPLICATION_JSON, Buffer.buffer(JSON.writeValueAsBytes(document)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    void end(int status, CharSequence contentType, Buffer content) {
        if (isGone()) {
            return;
        }
        response().setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, contentType);
        end(content);
    }

    /** Ends the answer whose status and headers are set. */
    void end(Buffer content) {
        if (request.method() == HttpMethod.HEAD) {
            response().putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(content.length())).end();
        } else {
            response().end(content);
        }
    }

    void end(int status) {
        if (!isGone()) {
            response().setStatusCode(status).end();
        }
    }

    void fail(Throwable failure) {
        // To nobody: a caller that has gone is no failure of the node's, and not worth a line in its log.
        if (!isGone()) {
            fail(Problems.of(failure));
        }
    }

    void fail(Problem problem) {
        if (isGone()) {
            return;
        }
        problem.headers().forEach((name, value) -> response().putHeader(name, value));
        response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        try {
            end(problem.status(), PROBLEM_JSON, Buffer.buffer(JSON.writeValueAsBytes(problem.toJson(request.path()))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /** Returns whether nobody can be answered any more. */
    boolean isGone() {
        return response().closed() || response().ended();
    }

    Context context() {
        return context;
    }
}
