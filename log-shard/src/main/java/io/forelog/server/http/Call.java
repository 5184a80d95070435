package io.forelog.server.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.forelog.server.http.ContentCoding.Encoded;
import io.forelog.server.peer.Trace;
import io.forelog.server.security.Principal;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One request and its answer, on the event loop of its connection. Answers exactly once; an answer to a client
 * that has gone is dropped.
 */
public final class Call {

    static final ObjectMapper JSON = new ObjectMapper();

    /** Of what callers send nothing is passed over: not what follows, and not one of two members of a name. */
    private static final ObjectReader STRICT = JSON.reader()
            .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    static final CharSequence APPLICATION_JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence PROBLEM_JSON = HttpHeaders.createOptimized("application/problem+json");

    private static final List<CharSequence> ANSWER_HEADERS = List.of(
            HttpHeaders.ETAG,
            HttpHeaders.CONTENT_LOCATION,
            HttpHeaders.CONTENT_RANGE,
            HttpHeaders.CONTENT_ENCODING,
            HttpHeaders.LOCATION);

    /** Answers from this size on count as memory until they are sent. */
    private static final int LARGE_BYTES = 16 << 10;

    private final HttpServerRequest request;
    private final Context context;
    private final List<String> parameters;
    private final byte[] body;
    private final TraceContext trace;

    private final Principal principal;
    private final Admission admission;
    private final @Nullable Operation operation;
    private final long beganNanos = System.nanoTime();
    private final List<Runnable> whenGone = new ArrayList<>(1);
    private @Nullable Runnable ifUnknown;

    Call(
            HttpServerRequest request,
            Context context,
            List<String> parameters,
            byte[] body,
            TraceContext trace,
            Principal principal,
            Admission admission,
            @Nullable Operation operation) {
        this.request = request;
        this.context = context;
        this.parameters = parameters;
        this.body = body;
        this.trace = trace;
        this.principal = principal;
        this.admission = admission;
        this.operation = operation;
    }

    HttpServerRequest request() {
        return request;
    }

    HttpServerResponse response() {
        return request.response();
    }

    byte[] body() {
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
    @Nullable
    String rawQuery(String name) {
        return Query.raw(request.query(), name);
    }

    @Nullable
    String query(String name) {
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
            // A plus is a space to some of those who write queries; no number of ours has one.
            if (value >= min && value <= max && text.charAt(0) != '+') {
                return value;
            }
        } catch (NumberFormatException e) {
            throw ProblemException.badRequest(
                    name + " is a whole number from " + min + " to " + max + ", not '" + text + "'");
        }
        throw ProblemException.badRequest(name + " is a whole number from " + min + " to " + max + ", not " + text);
    }

    @Nullable
    String header(CharSequence name) {
        return request.getHeader(name);
    }

    /** Returns a header that is a list, all its lines together: RFC 9110, 5.3; null if there is none. */
    @Nullable
    String list(CharSequence name) {
        return request.getHeader(name) == null
                ? null
                : String.join(",", request.headers().getAll(name));
    }

    MultiMap headers() {
        return request.headers();
    }

    /**
     * Returns whose sequence of reads this call belongs to: as the caller names it, else by its credentials; else null.
     */
    public @Nullable String readerName() {
        var named = request.getHeader("Forelog-Reader");
        return named == null && principal.isKnown() ? principal.name() : named;
    }

    /** Returns how long this call has been under way. */
    long elapsedNanos() {
        return System.nanoTime() - beganNanos;
    }

    Principal principal() {
        return principal;
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
        if (body.length == 0) {
            var none = JSON.createObjectNode();
            checkBody(none);
            return none;
        }
        RecordReader.requireUtf8(body);
        try {
            var node = STRICT.readTree(body);
            if (node.isObject()) {
                checkBody(node);
                return node;
            }
        } catch (JsonProcessingException e) {
            throw ProblemException.badRequest("the body is not JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw ProblemException.badRequest("the body is a JSON object");
    }

    private void checkBody(JsonNode document) {
        if (operation != null) {
            operation.check(document);
        }
    }

    /** @throws ProblemException if the query is not as the API's document says */
    void checkQuery() {
        if (operation != null) {
            operation.check(request);
        }
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
            Trace.run(trace, step);
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

    /** Answers with what may be compressed. */
    void end(int status, CharSequence contentType, Encoded answer) {
        if (isGone()) {
            return;
        }
        response().headers().add(HttpHeaders.VARY, "Accept-Encoding");
        if (answer.coding() != ContentCoding.IDENTITY) {
            response().putHeader(HttpHeaders.CONTENT_ENCODING, answer.coding().token());
        }
        end(status, contentType, answer.content());
    }

    /** Returns how the caller wants a long answer compressed. */
    ContentCoding coding() {
        return ContentCoding.accepted(list(HttpHeaders.ACCEPT_ENCODING));
    }

    /** Ends the answer whose status and headers are set. */
    void end(Buffer content) {
        int length = content.length();
        if (request.method() == HttpMethod.HEAD) {
            response()
                    .putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(length))
                    .end();
        } else if (length < LARGE_BYTES) {
            response().end(content);
        } else if (admission.reserve(length)) {
            response().end(content).onComplete(sent -> admission.release(length));
        } else {
            fail(admission.full());
        }
    }

    void end(int status) {
        if (!isGone()) {
            response().setStatusCode(status).end();
        }
    }

    /** Lets {@code then} have another try, once, if the call is about something that this node has not heard of. */
    void onUnknown(Runnable then) {
        ifUnknown = then;
    }

    void fail(Throwable failure) {
        var again = ifUnknown;
        if (again != null
                && Problems.isUnknown(failure)
                && !isGone()
                && !response().headWritten()) {
            ifUnknown = null;
            again.run();
            return;
        }
        // To nobody: a caller that has gone is no failure of the node's, and not worth a line in its log.
        if (!isGone()) {
            try (var _ = MDC.putCloseable(AccessLog.TRACE, trace.traceId())) {
                fail(Problems.of(failure));
            }
        }
    }

    void fail(Problem problem) {
        if (isGone()) {
            return;
        }
        // What was said of an answer that did not come is not true of this one.
        ANSWER_HEADERS.forEach(response().headers()::remove);
        problem.headers().forEach((name, value) -> response().putHeader(name, value));
        response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        try {
            end(problem.status(), PROBLEM_JSON, Buffer.buffer(JSON.writeValueAsBytes(problem.toJson(request.path()))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree is always JSON", e);
        }
    }

    /**
     * Calls {@code then} on this call's event loop if the caller goes before it is answered, and perhaps also after.
     */
    void onGone(Runnable then) {
        whenGone.add(then);
    }

    void gone() {
        whenGone.forEach(Runnable::run);
    }

    /** Returns whether nobody can be answered any more. */
    boolean isGone() {
        return response().closed() || response().ended();
    }

    Context context() {
        return context;
    }
}
