package io.forelog.server.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * StaticFiles of the class path for browsers. Those that were asked for are kept in memory: there are few, and they are
 * small.
 */
final class StaticFiles {

    static final String STRICT = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "json", "application/json");

    private final Vertx vertx;
    private final String policy;
    private final Map<String, Buffer> known = new ConcurrentHashMap<>();

    /** @param policy what a page may load, for {@code Content-Security-Policy} */
    StaticFiles(Vertx vertx, String policy) {
        this.vertx = vertx;
        this.policy = policy;
    }

    void send(Call call, String resource) {
        var type = TYPES.get(resource.substring(resource.lastIndexOf('.') + 1));
        if (type == null || resource.contains("..") || resource.contains("%")) {
            throw notFound(call);
        }
        var content = known.get(resource);
        if (content != null) {
            send(call, resource, type, content);
            return;
        }
        call.on(vertx.executeBlocking(() -> load(resource), false).toCompletionStage(), loaded -> {
            if (loaded.length() == 0) {
                throw notFound(call);
            }
            known.put(resource, loaded);
            send(call, resource, type, loaded);
        });
    }

    private void send(Call call, String resource, String type, Buffer content) {
        if (call.isGone()) {
            return;
        }
        call.response()
                .putHeader("Content-Security-Policy", policy)
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader(
                        HttpHeaders.CACHE_CONTROL,
                        resource.startsWith("META-INF") ? "public, max-age=31536000, immutable" : "no-cache");
        call.end(200, type, content);
    }

    /** Returns what is on the class path, or nothing. */
    private static Buffer load(String resource) {
        try (var in = StaticFiles.class.getClassLoader().getResourceAsStream(resource)) {
            return in == null ? Buffer.buffer() : Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ProblemException notFound(Call call) {
        return new ProblemException(Problem.of(
                404,
                "not-found",
                "There is nothing here",
                "there is no resource " + call.request().path()));
    }
}
