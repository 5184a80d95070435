package io.forelog.server.http;

import io.forelog.server.http.Routes.Match;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
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
    private final HttpLimits limits;
    private final Cors cors;
    private @Nullable HttpServer server;

    /** @param address where to listen; listeners of one Vert.x on the same one share its connections */
    public HttpVerticle(
            HttpServerOptions options, SocketAddress address, Routes routes, CallMetrics metrics, HttpLimits limits) {
        this.options = options;
        this.address = address;
        this.routes = routes;
        this.metrics = metrics;
        this.limits = limits;
        this.cors = new Cors(limits.corsOrigins());
    }

    @Override
    public Future<?> start() {
        var listening = vertx.createHttpServer(options)
                .requestHandler(this::handle)
                .invalidRequestHandler(request -> {
                    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    call(request, List.of(), Buffer.buffer(), TraceContext.of(null)).fail(invalid(request));
                });
        server = listening;
        return listening.listen(address);
    }

    /** Returns the port that is listened on. */
    public int port() {
        return Objects.requireNonNull(server, "not started").actualPort();
    }

    private void handle(HttpServerRequest request) {
        long began = System.nanoTime();
        var trace = TraceContext.of(request.getHeader("traceparent"));
        request.response().headers().set("traceresponse", trace.toString());
        cors.allow(request, request.response().headers());
        var path = request.path();
        Match match = path != null && path.startsWith("/") ? routes.match(request.method(), path) : null;
        if (match == null) {
            request.response().endHandler(ended -> AccessLog.answered(request, trace, System.nanoTime() - began));
            refuse(request, path == null ? "" : path, trace);
            return;
        }
        var route = match.route();
        request.response().endHandler(ended -> {
            long nanos = System.nanoTime() - began;
            metrics.answered(route, request.response().getStatusCode(), nanos);
            AccessLog.answered(request, trace, nanos);
        });
        body(request).onComplete(read -> {
            var call = call(request, match.parameters(), read.succeeded() ? read.result() : Buffer.buffer(), trace);
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

    private Call call(HttpServerRequest request, List<String> parameters, Buffer body, TraceContext trace) {
        return new Call(request, context, parameters, body, trace);
    }

    /** What HTTP's own decoder refused, as it says why. */
    private static Problem invalid(HttpServerRequest request) {
        return switch (request.decoderResult().cause()) {
            case TooLongHttpLineException e ->
                Problem.of(414, "uri-too-long", "The address is too long", "the request line has at most " + HttpLimits.LINE_BYTES_MAX + " bytes");
            case TooLongHttpHeaderException e ->
                Problem.of(431, "headers-too-large", "The headers are too large", "the headers have at most " + HttpLimits.HEADER_BYTES_MAX + " bytes");
            case null, default -> Problem.badRequest("the request is not valid HTTP");
        };
    }

    private void refuse(HttpServerRequest request, String path, TraceContext trace) {
        var call = call(request, List.of(), Buffer.buffer(), trace);
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
        long bytesMax = request.path().startsWith(InternalApi.PREFIX) 
                ? limits.bodyBytesMax() + InternalApi.OVERHEAD_BYTES
                : limits.bodyBytesMax();
        if (length != null && (length.length() > 18 || Long.parseLong(length) > bytesMax)) {
            return Future.failedFuture(tooLarge());
        }
        Promise<Buffer> whole = Promise.promise();
        // Room for what came, not for what was announced: an announcement costs the caller nothing.
        var body = Buffer.buffer(length == null ? 1024 : Math.min(Integer.parseInt(length), BODY_BYTES_AT_ONCE));
        request.handler(part -> {
            if (body.length() + part.length() > bytesMax) {
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
                413, "request-too-large", "The request is too large", "a body has at most " + limits.bodyBytesMax() + " bytes"));
    }
}
