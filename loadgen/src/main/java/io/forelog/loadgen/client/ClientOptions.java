package io.forelog.loadgen.client;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a client talks and how long it insists.
 *
 * @param connectionsMax connections per endpoint; further calls wait in the caller's memory, so callers bound their
 *     calls in flight themselves
 * @param multiplexed whether calls share a connection by HTTP/2 instead of taking one each for their time
 * @param answerTimeout silence on a connection before the outcome of its request counts as unknown
 * @param retryFor from the first attempt, how long a call is repeated where repeating is safe; zero for never
 * @param backOffFirst the wait before the first repetition; doubled each time, with jitter
 * @param backOffMax the longest such wait
 * @param token an API key or a JSON Web Token; null to call as nobody
 * @param authority a file of certificates (PEM) to trust instead of the system's; null for those
 */
public record ClientOptions(
        int connectionsMax,
        boolean multiplexed,
        Duration answerTimeout,
        Duration retryFor,
        Duration backOffFirst,
        Duration backOffMax,
        @Nullable String token,
        @Nullable Path authority) {

    /** 64 connections of HTTP/1.1, 10 s for an answer, 30 s of repeating from 10 ms up to 1 s apart. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            64,
            false,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofMillis(10),
            Duration.ofSeconds(1),
            null,
            null);

    public ClientOptions {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax is at least 1, not " + connectionsMax);
        }
        if (!answerTimeout.isPositive() || !backOffFirst.isPositive() || retryFor.isNegative()) {
            throw new IllegalArgumentException(
                    "durations must be positive: " + answerTimeout + ", " + backOffFirst + ", " + retryFor);
        }
    }

    public ClientOptions withConnectionsMax(int connectionsMax) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    /** Returns these options with calls that share connections by HTTP/2. */
    public ClientOptions withMultiplexing() {
        return new ClientOptions(
                connectionsMax, true, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    public ClientOptions withAnswerTimeout(Duration answerTimeout) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    public ClientOptions withRetryFor(Duration retryFor) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    public ClientOptions withBackOff(Duration backOffFirst, Duration backOffMax) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    /** Returns these options with credentials: an API key, or a JSON Web Token. */
    public ClientOptions withToken(@Nullable String token) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    /** Returns these options with certificates to trust, as {@code ./forelog certs init} makes them. */
    public ClientOptions withAuthority(@Nullable Path authority) {
        return new ClientOptions(
                connectionsMax, multiplexed, answerTimeout, retryFor, backOffFirst, backOffMax, token, authority);
    }

    /** Never shows the credentials. */
    @Override
    public String toString() {
        return "ClientOptions[connectionsMax=" + connectionsMax + ", multiplexed=" + multiplexed + ", answerTimeout="
                + answerTimeout + ", retryFor=" + retryFor + ", token=" + (token == null ? "none" : "***") + "]";
    }
}
