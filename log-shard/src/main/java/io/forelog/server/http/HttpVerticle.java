package io.forelog.server.http;

import io.forelog.server.http.Routes.Match;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Serves connections on one event loop; a node runs one of these a loop, all on the same port. A request is taken
 * whole before its call begins, within the limit on its body.
 */
public final class HttpVerticle extends VerticleBase {

    private static final int BODY_BYTES_AT_ONCE = 64 << 10;

    private final HttpServerOptions options;
    private final SocketAddress address;
    private final Routes routes;
    private final CallMetrics metrics;
    private final long bodyBytesMax;
    private @Nullable HttpServer server;

    /** @param address where to listen; listeners of one Vert.x on the same one share its connections */
    public HttpVerticle(
            HttpServerOptions options, SocketAddress address, Routes routes, CallMetrics metrics, long bodyBytesMax) {
        this.options = options;
        this.address = address;
        this.routes = routes;
        this.metrics = metrics;
        this.bodyBytesMax = bodyBytesMax;
    }

    @Override
    public Future<?> start() {
        var listening = vertx.createHttpServer(options)
                .requestHandler(this::handle)
                .invalidRequestHandler(request -> new Call(request, context, List.of(), Buffer.buffer())
                        .fail(Problem.badRequest("the request is not valid HTTP")));
        server = listening;
        return listening.listen(address);
    }

    /** Returns the port that is listened on. */
    public int port() {
        return Objects.requireNonNull(server, "not started").actualPort();
    }

    private void handle(HttpServerRequest request) {
        long began = System.nanoTime();
        var path = request.path();
        Match match = path != null && path.startsWith("/") ? routes.match(request.method(), path) : null;
        if (match == null) {
            refuse(request, path == null ? "" : path);
            return;
        }
        var route = match.route();
        request.response().endHandler(ended -> metrics.answered(route, request.response().getStatusCode(), System.nanoTime() - began));
        body(request).onComplete(read -> {
            var call = new Call(request, context, match.parameters(), read.succeeded() ? read.result() : Buffer.buffer());
            if (read.failed()) {
                if (request.version() != HttpVersion.HTTP_2) {
                    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    // What is left of the body would be taken for the next request.
                    request.response().endHandler(ended -> request.connection().close());
                }
                call.fail(read.cause());
                return;
            }
            call.attempt(() -> route.handler().accept(call));
        });
    }

    private void refuse(HttpServerRequest request, String path) {
        var call = new Call(request, context, List.of(), Buffer.buffer());
        var allowed = path.startsWith("/") ? routes.allowed(path) : "";
        if (allowed.isEmpty()) {
            call.fail(Problem.of(404, "not-found", "There is nothing here", "there is no resource " + path));
        } else if (request.method() == HttpMethod.OPTIONS) {
            request.response().putHeader(HttpHeaders.ALLOW, allowed);
            call.end(204);
        } else {
            call.fail(Problem.of(
                            405,
                            "method-not-allowed",
                            "The method is not for this resource",
                            request.method() + " is not for " + path + "; " + allowed + " are")
                    .withHeader("Allow", allowed));
        }
    }

    private Future<Buffer> body(HttpServerRequest request) {
        var length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null && request.getHeader(HttpHeaders.TRANSFER_ENCODING) == null && !isStream(request)) {
            return Future.succeededFuture(Buffer.buffer());
        }
        if (length != null && (length.length() > 18 || Long.parseLong(length) > bodyBytesMax)) {
            return Future.failedFuture(tooLarge());
        }
        Promise<Buffer> whole = Promise.promise();
        // Room for what came, not for what was announced: an announcement costs the caller nothing.
        var body = Buffer.buffer(length == null ? 1024 : Math.min(Integer.parseInt(length), BODY_BYTES_AT_ONCE));
        request.handler(part -> {
            if (body.length() + part.length() > bodyBytesMax) {
                request.pause();
                whole.tryFail(tooLarge());
            } else {
                body.appendBuffer(part);
            }
        });
        request.endHandler(ended -> whole.tryComplete(body));
        request.exceptionHandler(whole::tryFail);
        return whole.future();
    }

    /** HTTP/2 needs no header to announce a body. */
    private static boolean isStream(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2 && !request.isEnded();
    }

    private ProblemException tooLarge() {
        return new ProblemException(Problem.of(
                413, "request-too-large", "The request is too large", "a body has at most " + bodyBytesMax + " bytes"));
    }
}
