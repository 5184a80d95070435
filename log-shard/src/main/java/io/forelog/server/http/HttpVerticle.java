package io.forelog.server.http;

import io.forelog.server.http.Routes.Match;
import io.forelog.server.security.Principal;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.net.BindException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves connections on one event loop; a node runs one of these a loop, all on the same port. A request is let in,
 * then taken whole within the limits, then its call begins.
 */
public final class HttpVerticle extends VerticleBase {

    /** How long calls under way are answered when the node ends; what waits for longer, as a tail does, is cut off. */
    private static final Duration ANSWERS_MAX = Duration.ofSeconds(3);

    private static final CharSequence TRACE_RESPONSE = HttpHeaders.createOptimized("traceresponse");
    private static final byte[] NO_BODY = {};

    /** RFC 9113, 8.1: the answer is whole, the rest of the request is not needed. */
    private static final long NO_ERROR = 0;

    private final HttpServerOptions options;
    private final SocketAddress address;
    private final Supplier<Routes> routes;
    private final HttpFront front;
    private final BodyDeadlines deadlines;
    private @Nullable HttpServer server;

    /**
     * @param address where to listen; listeners of one Vert.x on the same one share its connections
     * @param routes asked at each request
     */
    public HttpVerticle(HttpServerOptions options, SocketAddress address, Supplier<Routes> routes, HttpFront front) {
        this.options = options;
        this.address = address;
        this.routes = routes;
        this.front = front;
        this.deadlines = new BodyDeadlines(front.limits().bodyTimeout());
    }

    @Override
    public Future<?> start() {
        deadlines.start(vertx);
        var listening = vertx.createHttpServer(options)
                .connectionHandler(this::connected)
                .requestHandler(this::handle)
                .invalidRequestHandler(request -> {
                    request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                    call(request, TraceContext.of((String) null)).fail(invalid(request));
                });
        server = listening;
        return listening.listen(address).recover(failure -> Future.failedFuture(named(failure)));
    }

    private Throwable named(Throwable failure) {
        if (!(failure instanceof IOException)) {
            return failure;
        }
        var named = new BindException("cannot listen on " + address + ": " + failure.getMessage());
        named.initCause(failure);
        return named;
    }

    /** Takes no new connection, closes those that carry nothing, and the others when their calls are answered. */
    @Override
    public Future<?> stop() {
        var listening = server;
        return listening == null ? Future.succeededFuture() : listening.shutdown(ANSWERS_MAX);
    }

    /** Returns the port that is listened on. */
    public int port() {
        return Objects.requireNonNull(server, "not started").actualPort();
    }

    private void connected(HttpConnection connection) {
        if (front.connected()) {
            connection.closeHandler(closed -> front.disconnected());
        } else {
            connection.close();
        }
    }

    private void handle(HttpServerRequest request) {
        long began = System.nanoTime();
        var trace = front.traces().begin(request);
        request.response().headers().set(TRACE_RESPONSE, trace.toString());
        front.cors().allow(request, request.response().headers());
        if (front.isLastCall() && request.version() != HttpVersion.HTTP_2) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        if (!namesHost(request)) {
            request.response()
                    .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                    .endHandler(ended -> {
                        answeredByNone(request, trace, began);
                        request.connection().close();
                    });
            call(request, trace).fail(Problem.badRequest("a request of HTTP/1.1 has one Host header"));
            return;
        }
        var path = request.path();
        Match match = path != null && path.startsWith("/") ? routes.get().match(request.method(), path) : null;
        if (match == null) {
            request.response().endHandler(ended -> answeredByNone(request, trace, began));
            refuse(call(request, trace), path == null ? "" : path);
            return;
        }
        new Exchange(request, match, trace, began).begin();
    }

    /** Ends a call that no route takes. */
    private void answeredByNone(HttpServerRequest request, TraceContext trace, long began) {
        front.traces().end(trace, request, null);
        AccessLog.answered(request, trace, System.nanoTime() - began);
    }

    /** RFC 9112, 3.2: what names no host, or two, may have been meant for another. */
    private static boolean namesHost(HttpServerRequest request) {
        return request.version() != HttpVersion.HTTP_1_1
                || request.headers().getAll(HttpHeaders.HOST).size() == 1;
    }

    /** One request that a route takes, from its head to the end of its answer. */
    private final class Exchange {

        private final HttpServerRequest request;
        private final Match match;
        private final TraceContext trace;
        private final long began;
        private @Nullable BodyReader reader;
        private @Nullable Principal principal;
        private @Nullable Call call;
        private boolean isCounted;
        private boolean isEnded;

        private Exchange(HttpServerRequest request, Match match, TraceContext trace, long began) {
            this.request = request;
            this.match = match;
            this.trace = trace;
            this.began = began;
        }

        private void begin() {
            // Only one of them is told when a caller goes in the middle, and which depends on the version of HTTP.
            request.response()
                    .endHandler(ended -> end())
                    .closeHandler(closed -> gone())
                    .exceptionHandler(failed -> gone());
            try {
                if (match.route().access() != Access.OPEN) {
                    front.admission().enter();
                    isCounted = true;
                }
            } catch (RuntimeException e) {
                refuse(e);
                return;
            }
            var admitted = front.gate().admit(request, match).toCompletableFuture();
            if (admitted.isDone() && !admitted.isCompletedExceptionally()) {
                admitted(admitted.join(), null);
            } else if (admitted.isDone()) {
                admitted.whenComplete(this::admitted);
            } else {
                request.pause();
                admitted.whenComplete((who, failure) -> context.runOnContext(ignored -> {
                    admitted(who, failure);
                    request.resume();
                }));
            }
        }

        private void admitted(@Nullable Principal who, @Nullable Throwable failure) {
            if (who == null) {
                refuse(failure == null ? new IllegalStateException("nobody was admitted") : failure);
                return;
            }
            principal = who;
            if (!BodyReader.hasBody(request)) {
                take(who, NO_BODY);
                return;
            }
            var body = new BodyReader(request, front.limits(), front.admission());
            reader = body;
            body.read(deadlines).onComplete(read -> {
                if (read.failed()) {
                    refuse(read.cause());
                } else {
                    take(who, read.result());
                }
            });
        }

        private void take(Principal who, byte[] body) {
            var taken = new Call(
                    request,
                    context,
                    match.parameters(),
                    body,
                    trace,
                    who,
                    front.admission(),
                    match.route().operation());
            call = taken;
            taken.onUnknown(() -> taken.on(
                    routes.get().refreshed(), known -> match.route().handler().accept(taken)));
            taken.attempt(() -> {
                // A page's address may hold anything; a misspelt parameter of a call must not be passed over.
                if (match.route().access() != Access.OPEN) {
                    taken.checkQuery();
                }
                match.route().handler().accept(taken);
            });
        }

        private void refuse(Throwable why) {
            if (!BodyReader.hasBody(request) || request.isEnded()) {
                call(request, trace).fail(why);
                return;
            }
            var body = reader == null ? new BodyReader(request, front.limits(), front.admission()) : reader;
            if (body.isSoonOver()) {
                // Passing over it is cheaper for both than another connection, above all when there is too much to do.
                body.discard();
                call(request, trace).fail(why);
                return;
            }
            boolean isStream = request.version() == HttpVersion.HTTP_2;
            if (!isStream) {
                request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
            }
            request.response().endHandler(ended -> {
                end();
                // What is left of the body is not wanted: on HTTP/1 it would be taken for the next request.
                if (isStream) {
                    context.runOnContext(sent -> request.response().reset(NO_ERROR));
                } else {
                    request.connection().close();
                }
            });
            call(request, trace).fail(why);
        }

        private void gone() {
            var going = call;
            if (going != null) {
                going.gone();
            }
            end();
        }

        private void end() {
            if (isEnded) {
                return;
            }
            isEnded = true;
            long nanos = System.nanoTime() - began;
            if (reader != null) {
                reader.release();
            }
            if (isCounted) {
                front.admission().leave();
            }
            front.metrics().answered(match.route(), request.response().getStatusCode(), nanos);
            front.traces().end(trace, request, match.route().path());
            AccessLog.answered(request, trace, nanos);
            if (match.route().access() == Access.ADMIN) {
                front.audit().answered(request, trace, principal);
            }
            if (principal != null) {
                front.gate().used(principal, request);
            }
        }
    }

    private Call call(HttpServerRequest request, TraceContext trace) {
        return new Call(request, context, List.of(), NO_BODY, trace, Principal.ANYONE, front.admission(), null);
    }

    /** What HTTP's own decoder refused, as it says why. */
    private static Problem invalid(HttpServerRequest request) {
        return switch (request.decoderResult().cause()) {
            case TooLongHttpLineException e ->
                Problem.of(
                        414,
                        "uri-too-long",
                        "The address is too long",
                        "the request line has at most " + HttpLimits.LINE_BYTES_MAX + " bytes");
            case TooLongHttpHeaderException e ->
                Problem.of(
                        431,
                        "headers-too-large",
                        "The headers are too large",
                        "the headers have at most " + HttpLimits.HEADER_BYTES_MAX + " bytes");
            case null, default -> Problem.badRequest("the request is not valid HTTP");
        };
    }

    private void refuse(Call call, String path) {
        var allowed = path.startsWith("/") ? routes.get().allowed(path) : "";
        if (allowed.isEmpty()) {
            call.fail(Problem.of(404, "not-found", "There is nothing here", "there is no resource " + path));
        } else if (call.request().method() == HttpMethod.OPTIONS) {
            call.response().putHeader(HttpHeaders.ALLOW, allowed);
            call.end(204);
        } else {
            call.fail(Problem.of(
                            405,
                            "method-not-allowed",
                            "The method is not for this resource",
                            call.request().method() + " is not for " + path + "; " + allowed + " are")
                    .withHeader("Allow", allowed));
        }
    }
}
