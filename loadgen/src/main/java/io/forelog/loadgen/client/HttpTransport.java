package io.forelog.loadgen.client;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends calls to the endpoints in turn, or to one that is better first, over pooled keep-alive connections, and repeats
 * those that failed where that is safe: always if nothing was sent, if the server says so and nothing was appended, and
 * else only a repeatable call. A node that is starting or ending is left alone for a while; how long one asks to wait
 * is kept where there is no other.
 */
final class HttpTransport {

    private static final Logger LOG = LoggerFactory.getLogger(HttpTransport.class);
    private static final String STARTING = "starting";
    /** What one node says of itself, or of what it knows. */
    private static final Set<String> NODES_OWN = Set.of(STARTING, "no-leader");
    /** A record has up to 32 headers of its own. */
    private static final int HEADER_BYTES_MAX = 64 * 1024;
    /** What may be under way to this client unread, on one stream of a shared connection and on all of them. */
    private static final int STREAM_WINDOW_BYTES = 1 << 20;

    private static final int CONNECTION_WINDOW_BYTES = 16 << 20;

    private final Vertx vertx;
    private final HttpClient http;
    private final Endpoints endpoints;
    private final ClientOptions options;
    private final LongAdder retries = new LongAdder();

    HttpTransport(Vertx vertx, List<URI> endpoints, ClientOptions options) {
        this.vertx = vertx;
        this.endpoints = new Endpoints(endpoints, System::nanoTime);
        this.options = options;
        var connections = new HttpClientOptions()
                .setKeepAlive(true)
                .setKeepAliveTimeout(60)
                .setPipelining(false)
                .setTcpNoDelay(true)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setConnectTimeout(3_000);
        if (options.multiplexed()) {
            connections
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false)
                    .setUseAlpn(true)
                    .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                    .setInitialSettings(new Http2Settings()
                            .setInitialWindowSize(STREAM_WINDOW_BYTES)
                            .setMaxHeaderListSize(HEADER_BYTES_MAX));
        }
        var authority = options.authority();
        if (authority != null) {
            connections.setTrustOptions(new PemTrustOptions().addCertPath(authority.toString()));
        }
        this.http = vertx.httpClientBuilder()
                .with(connections)
                .with(new PoolOptions()
                        .setHttp1MaxSize(options.connectionsMax())
                        .setHttp2MaxSize(options.connectionsMax())
                        .setMaxWaitQueueSize(-1))
                // The request on a broken connection fails with the reason; of an idle one it is of no interest.
                .withConnectHandler(connection -> connection.exceptionHandler(
                        broken -> LOG.debug("connection to {} broke", connection.remoteAddress(), broken)))
                .build();
    }

    /** Returns how many calls were repeated so far. */
    long retries() {
        return retries.sum();
    }

    Future<Void> close() {
        return http.close();
    }

    /** Sends a call; the answer may have any status below 400, others fail as {@link RefusedException}. */
    Future<HttpAnswer> send(HttpCall call) {
        return send(call, null);
    }

    /**
     * As {@link #send(HttpCall)}.
     *
     * @param first the endpoint to try first; null for any
     */
    Future<HttpAnswer> send(HttpCall call, @Nullable URI first) {
        return attempt(call, first, 0, System.nanoTime() + options.retryFor().toNanos());
    }

    private Future<HttpAnswer> attempt(HttpCall call, @Nullable URI preferred, int attempt, long deadlineNanos) {
        return exchange(call, preferred).recover(failure -> {
            if (!mayRepeat(call, failure)) {
                return Future.failedFuture(failure);
            }
            var wait = backOff(attempt, failure);
            if (System.nanoTime() + wait.toNanos() > deadlineNanos) {
                return Future.failedFuture(failure);
            }
            retries.increment();
            Promise<Void> waited = Promise.promise();
            vertx.setTimer(Math.max(1, wait.toMillis()), timer -> waited.complete());
            return waited.future().compose(ready -> attempt(call, null, attempt + 1, deadlineNanos));
        });
    }

    private static boolean mayRepeat(HttpCall call, Throwable failure) {
        return switch (failure) {
            case NotSentException notSent -> true;
            case RefusedException refused ->
                refused.problem().retryable()
                        && (call.repeatable() || !refused.problem().appendMayHaveHappened());
            case OutcomeUnknownException unknown -> call.repeatable();
            default -> false;
        };
    }

    private Duration backOff(int attempt, Throwable failure) {
        long full =
                Math.min(options.backOffMax().toNanos(), options.backOffFirst().toNanos() << Math.min(attempt, 20));
        // Half fixed, half random: clients that failed together do not come back together.
        var wait = Duration.ofNanos(full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1));
        // Another node is asked next, and need not be waited for.
        var asked = failure instanceof RefusedException refused
                        && !(endpoints.areSeveral() && NODES_OWN.contains(refused.slug()))
                ? refused.problem().retryAfter()
                : Duration.ZERO;
        return asked.compareTo(wait) > 0 ? asked : wait;
    }

    private Future<HttpAnswer> exchange(HttpCall call, @Nullable URI preferred) {
        var endpoint = preferred == null ? endpoints.next() : endpoints.nextOr(preferred);
        return open(call, endpoint)
                .compose(connected -> answer(connected, call, endpoint))
                .onFailure(failure -> {
                    boolean isGone = failure instanceof NotSentException || failure instanceof OutcomeUnknownException;
                    if (isGone || failure instanceof RefusedException refused && STARTING.equals(refused.slug())) {
                        endpoints.rest(endpoint);
                    }
                });
    }

    /**
     * Sends a call without a body once, for an answer that has no end.
     *
     * @return the answer's status and headers; a status from 400 fails as {@link RefusedException}
     */
    Future<HttpClientResponse> stream(HttpCall call) {
        return open(call, endpoints.next()).compose(connected -> connected
                .send()
                .recover(e -> Future.failedFuture(new OutcomeUnknownException(connected.absoluteURI(), e)))
                .compose(response -> response.statusCode() < 400
                        ? Future.succeededFuture(response)
                        : response.body()
                                .map(content -> new HttpAnswer(response.statusCode(), response.headers(), content))
                                .compose(answer -> Future.failedFuture(new RefusedException(Problem.of(answer))))));
    }

    /** Makes a call ready on a connection to a node. */
    private Future<HttpClientRequest> open(HttpCall call, URI endpoint) {
        var request = new RequestOptions()
                .setMethod(call.method())
                .setHost(endpoint.getHost())
                .setPort(port(endpoint))
                .setSsl("https".equals(endpoint.getScheme()))
                .setURI(call.path())
                .setIdleTimeout(options.answerTimeout().plus(call.extraTime()).toMillis());
        call.headers().forEach(request::putHeader);
        if (options.token() != null) {
            request.putHeader("Authorization", "Bearer " + options.token());
        }
        return http.request(request).recover(e -> Future.failedFuture(new NotSentException(endpoint.toString(), e)));
    }

    private Future<HttpAnswer> answer(HttpClientRequest connected, HttpCall call, URI endpoint) {
        var body = call.body();
        return (body == null ? connected.send() : connected.send(body))
                .compose(response -> response.body()
                        .map(content -> new HttpAnswer(response.statusCode(), response.headers(), content)))
                .recover(e -> Future.failedFuture(new OutcomeUnknownException(endpoint.toString(), e)))
                .onSuccess(answer -> {
                    // A node that is about to end says so in this way.
                    if (answer.headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
                        endpoints.rest(endpoint);
                    }
                })
                .compose(answer -> answer.status() < 400
                        ? Future.succeededFuture(answer)
                        : Future.failedFuture(new RefusedException(Problem.of(answer))));
    }

    private static int port(URI endpoint) {
        if (endpoint.getPort() >= 0) {
            return endpoint.getPort();
        }
        return "https".equals(endpoint.getScheme()) ? 443 : 80;
    }
}
