package io.forelog.server.http;

import io.forelog.server.live.LiveSnapshot;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Health, metrics, the dashboard's files and what feeds it. */
final class OperatingApi {

    private static final String POLICY = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "json", "application/json");

    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics;
    private final LiveSnapshot live;
    private final Supplier<List<String>> missing;
    private final Map<String, Buffer> files = new ConcurrentHashMap<>();

    /** @param missing what the node lacks to serve, in words; empty when it is ready */
    OperatingApi(Vertx vertx, PrometheusMeterRegistry metrics, LiveSnapshot live, Supplier<List<String>> missing) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.live = live;
        this.missing = missing;
    }

    void register(Routes routes) {
        routes.get("/health/live", call -> call.json(200, Call.JSON.createObjectNode().put("status", "live")));
        routes.get("/health/ready", this::ready);
        routes.get("/metrics", this::metrics);
        routes.get("/v1/live", this::live);
        routes.get("/", call -> file(call, "dashboard/index.html"));
        routes.get("/dashboard/{file}", call -> file(call, "dashboard/" + call.rawParameter(0)));
        routes.get(
                "/webjars/{library}/{version}/dist/{file}",
                call -> file(
                        call,
                        "META-INF/resources/webjars/" + call.rawParameter(0) + "/" + call.rawParameter(1) + "/dist/"
                                + call.rawParameter(2)));
    }

    private void ready(Call call) {
        var lacks = missing.get();
        var document = Call.JSON.createObjectNode().put("status", lacks.isEmpty() ? "ready" : "not ready");
        var list = document.putArray("missing");
        lacks.forEach(list::add);
        call.json(lacks.isEmpty() ? 200 : 503, document);
    }

    private void metrics(Call call) {
        // Walks every meter: not for an event loop.
        call.on(
                vertx.executeBlocking(() -> Buffer.buffer(metrics.scrape()), false).toCompletionStage(),
                text -> call.end(200, "text/plain; version=0.0.4; charset=utf-8", text));
    }

    /** One event a second. A reader too slow to take one is not sent the next: each says everything. */
    private void live(Call call) {
        if (call.request().method() == HttpMethod.HEAD) {
            call.end(200, "text/event-stream", Buffer.buffer());
            return;
        }
        var response = call.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .setChunked(true);
        response.write("data: " + live.last() + "\n\n");
        long timer = vertx.setPeriodic(1000, id -> {
            if (!response.writeQueueFull()) {
                response.write("data: " + live.last() + "\n\n");
            }
        });
        response.closeHandler(gone -> vertx.cancelTimer(timer));
        response.exceptionHandler(failed -> vertx.cancelTimer(timer));
    }

    private void file(Call call, String resource) {
        var type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
        if (type == null || resource.contains("..") || resource.contains("%")) {
            throw notFound(call);
        }
        var known = files.get(resource);
        if (known != null) {
            send(call, resource, type, known);
            return;
        }
        call.on(vertx.executeBlocking(() -> load(resource), false).toCompletionStage(), content -> {
            if (content.length() == 0) {
                throw notFound(call);
            }
            files.put(resource, content);
            send(call, resource, type, content);
        });
    }

    private static void send(Call call, String resource, String type, Buffer content) {
        call.response()
                .putHeader("Content-Security-Policy", POLICY)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader(
                        HttpHeaders.CACHE_CONTROL,
                        resource.startsWith("META-INF") ? "public, max-age=31536000, immutable" : "no-cache");
        call.end(200, type, content);
    }

    /** Returns what is on the class path, or nothing. */
    private static Buffer load(String resource) {
        try (var in = OperatingApi.class.getClassLoader().getResourceAsStream(resource)) {
            return in == null ? Buffer.buffer() : Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException notFound(Call call) {
        return new ProblemException(Problem.of(
                404, "not-found", "There is nothing here", "there is no resource " + call.request().path()));
    }
}
