package io.forelog.server.peer;

import io.forelog.error.OverloadedException;
import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection to one peer. Confined to its lane's event loop.
 *
 * <p>A call that is given up is not reset: the peer may be amid it, and a peer takes many resets for an attack. Its
 * place is free again when its answer comes, or the connection closes.
 */
final class PeerLink {

    /** The media types of what a node itself answers. Anything else comes from what stands before it. */
    static final CharSequence ANSWER = HttpHeaders.createOptimized("application/vnd.forelog.answer");

    static final CharSequence FAILURE = HttpHeaders.createOptimized("application/vnd.forelog.failure");

    private static final int WINDOW_BYTES = 1 << 20;
    private static final int CONNECTION_WINDOW_BYTES = 8 << 20;

    /** Pings that stay unanswered before the connection is given up. */
    private static final int PINGS_LOST_MAX = 4;

    /** RFC 9113, 8.7: the peer did nothing. */
    private static final long REFUSED_STREAM = 7;

    private final Vertx vertx;
    private final PeerConfig config;
    private final String address;
    private final HttpClient client;
    private final RequestOptions target;
    private final Breaker breaker = new Breaker();
    private final PeerMeters meters;
    private @Nullable HttpConnection connection;
    private int calls;
    private long bytes;
    private int pingsLost;
    private boolean isWatched;

    PeerLink(Vertx vertx, PeerConfig config, String address, PeerMeters meters) {
        this.vertx = vertx;
        this.config = config;
        this.address = address;
        this.meters = meters;
        this.client = vertx.httpClientBuilder()
                .with(options(config))
                .with(new PoolOptions().setHttp2MaxSize(1))
                .withConnectHandler(this::connected)
                .build();
        int colon = address.lastIndexOf(':');
        this.target = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(address.substring(0, Math.max(colon, 0)))
                .setPort(port(address.substring(colon + 1)))
                .putHeader(PeerCredentials.CLUSTER_HEADER, config.cluster());
        if (!config.key().isEmpty()) {
            target.putHeader(PeerCredentials.KEY_HEADER, config.key());
        }
    }

    private static HttpClientOptions options(PeerConfig config) {
        var options = new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2ConnectionWindowSize(CONNECTION_WINDOW_BYTES)
                .setInitialSettings(new Http2Settings().setInitialWindowSize(WINDOW_BYTES))
                .setConnectTimeout(Math.toIntExact(config.connectTimeout().toMillis()))
                .setTcpNoDelay(true);
        var certificates = config.certificates();
        if (certificates != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setEnabledSecureTransportProtocols(Set.of("TLSv1.3"))
                    .setKeyCertOptions(new PemKeyCertOptions()
                            .addCertPath(certificates.certificate().toString())
                            .addKeyPath(certificates.key().toString()))
                    .setTrustOptions(new PemTrustOptions()
                            .addCertPath(certificates.authority().toString()))
                    .setVerifyHost(true);
        }
        return options;
    }

    private static int port(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a node's address is HOST:PORT, a number, not '" + text + "'", e);
        }
    }

    void send(Pending<?> pending) {
        int size = pending.body().length();
        if (calls >= config.callsMax() || bytes > 0 && bytes + size > config.bytesMax()) {
            pending.answer()
                    .completeExceptionally(new OverloadedException(
                            calls + " calls and " + bytes + " bytes are on their way to " + address + ", at most "
                                    + config.callsMax() + " and " + config.bytesMax() + " may be",
                            Duration.ofSeconds(1)));
            return;
        }
        if (!breaker.admits(System.nanoTime())) {
            pending.refused(address + " cannot be reached, and will be tried again in less than a second");
            return;
        }
        calls++;
        bytes += size;
        watch();
        long timer = vertx.setTimer(
                Math.max(1, pending.deadline().toMillis()),
                id -> pending.broken(
                        address + " did not answer '" + pending.call().name() + "' within " + pending.deadline()));
        pending.answer().whenComplete((answer, failure) -> vertx.cancelTimer(timer));
        client.request(options(pending)).onComplete(made -> made(made, pending));
    }

    private RequestOptions options(Pending<?> pending) {
        var options = new RequestOptions(target)
                .setURI("/internal/" + pending.call().name());
        var trace = pending.trace();
        return trace == null ? options : options.putHeader("traceparent", trace.traceparent());
    }

    private void made(AsyncResult<HttpClientRequest> made, Pending<?> pending) {
        if (made.failed()) {
            if (!breaker.isOpen()) {
                meters.opened();
            }
            breaker.failed(System.nanoTime());
            done(pending);
            pending.broken(address + " cannot be reached: " + made.cause().getMessage());
            return;
        }
        if (breaker.isOpen()) {
            meters.closed();
        }
        breaker.succeeded();
        var request = made.result();
        if (pending.answer().isDone()) {
            // Given up while the connection was made. Nothing of it has left this node.
            done(pending);
            request.reset();
            return;
        }
        pending.sent();
        request.send(pending.body()).onComplete(come -> {
            if (come.succeeded()) {
                receive(come.result(), pending);
            } else {
                done(pending);
                broken(pending, come.cause());
            }
        });
    }

    private void receive(HttpClientResponse response, Pending<?> pending) {
        var content = Buffer.buffer();
        response.handler(part -> {
            pingsLost = 0;
            if (content.length() + part.length() <= pending.call().answerBytesMax()) {
                content.appendBuffer(part);
            } else {
                pending.broken("the answer of " + address + " to '"
                        + pending.call().name() + "' is over " + pending.call().answerBytesMax() + " bytes");
                response.request().reset();
            }
        });
        response.exceptionHandler(failure -> {
            done(pending);
            broken(pending, failure);
        });
        response.endHandler(ended -> {
            done(pending);
            answered(response, content, pending);
        });
    }

    private void answered(HttpClientResponse response, Buffer content, Pending<?> pending) {
        var type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        if (ANSWER.toString().equals(type)) {
            pending.answered(content);
        } else if (FAILURE.toString().equals(type)) {
            pending.failed(content);
        } else {
            var what = address + " answered '" + pending.call().name() + "' with status " + response.statusCode();
            // A status of the 400s is given before the call is looked at.
            if (response.statusCode() / 100 == 4) {
                pending.refused(what);
            } else {
                pending.broken(what);
            }
        }
    }

    private void broken(Pending<?> pending, Throwable failure) {
        // Not so what a GOAWAY says: when this side closes, the library reports its own as if it were the peer's.
        if (failure instanceof StreamResetException reset && reset.getCode() == REFUSED_STREAM) {
            pending.refused(address + " refused the stream");
        } else {
            pending.broken("the connection to " + address + " broke: " + failure.getMessage());
        }
    }

    private void done(Pending<?> pending) {
        if (pending.release()) {
            calls--;
            bytes -= pending.body().length();
        }
    }

    private void connected(HttpConnection made) {
        connection = made;
        pingsLost = 0;
        made.closeHandler(closed -> {
            if (connection == made) {
                connection = null;
            }
        });
    }

    /** Pings while calls wait, and closes a connection that is silent. */
    private void watch() {
        if (!isWatched) {
            isWatched = true;
            // Not periodic: after a pause of this process, missed turns would come at once and prove nothing.
            vertx.setTimer(Math.max(1, config.silenceMax().toMillis() / PINGS_LOST_MAX), id -> ping());
        }
    }

    private void ping() {
        isWatched = false;
        if (calls == 0) {
            return;
        }
        var pinged = connection;
        if (pinged != null) {
            if (pingsLost++ >= PINGS_LOST_MAX) {
                pinged.close();
            } else {
                pinged.ping(Buffer.buffer(new byte[8])).onSuccess(pong -> pingsLost = 0);
            }
        }
        watch();
    }

    /** Closes the link if it carries nothing. */
    boolean closeIfIdle() {
        if (calls > 0) {
            return false;
        }
        if (breaker.isOpen()) {
            meters.closed();
        }
        client.close();
        return true;
    }
}
