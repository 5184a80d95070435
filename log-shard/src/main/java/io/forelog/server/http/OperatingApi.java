package io.forelog.server.http;

import io.forelog.server.live.LiveSnapshot;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.function.Supplier;

/** Health, metrics, the dashboard's files and what feeds it. */
final class OperatingApi {

    private final Vertx vertx;
    private final PrometheusMeterRegistry metrics;
    private final LiveSnapshot live;
    private final Supplier<List<String>> missing;
    private final StaticFiles files;

    /** @param missing what the node lacks to serve, in words; empty when it is ready */
    OperatingApi(Vertx vertx, PrometheusMeterRegistry metrics, LiveSnapshot live, Supplier<List<String>> missing) {
        this.vertx = vertx;
        this.metrics = metrics;
        this.live = live;
        this.missing = missing;
        this.files = new StaticFiles(vertx, StaticFiles.STRICT);
    }

    void register(Routes routes) {
        routes.get(
                "/health/live",
                call -> call.json(200, Call.JSON.createObjectNode().put("status", "live")));
        routes.get("/health/ready", this::ready);
        routes.get("/metrics", this::metrics);
        routes.get("/v1/live", this::live);
        routes.get("/", call -> files.send(call, "dashboard/index.html"));
        routes.get("/dashboard/{file}", call -> files.send(call, "dashboard/" + call.rawParameter(0)));
        routes.get(
                "/webjars/{library}/{version}/dist/{file}",
                call -> files.send(
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
                vertx.executeBlocking(() -> Buffer.buffer(metrics.scrape()), false)
                        .toCompletionStage(),
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
        call.onGone(() -> vertx.cancelTimer(timer));
    }
}
