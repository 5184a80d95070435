package io.forelog.loadgen.client;

import java.time.Duration;

/**
 * How a client talks and how long it insists.
 *
 * @param connectionsMax connections per endpoint; further calls wait in the caller's memory, so callers bound their
 *     calls in flight themselves
 * @param answerTimeout silence on a connection before the outcome of its request counts as unknown
 * @param retryFor from the first attempt, how long a call is repeated where repeating is safe; zero for never
 * @param backOffFirst the wait before the first repetition; doubled each time, with jitter
 * @param backOffMax the longest such wait
 */
public record ClientOptions(
        int connectionsMax, Duration answerTimeout, Duration retryFor, Duration backOffFirst, Duration backOffMax) {

    /** 64 connections, 10 s for an answer, 30 s of repeating from 10 ms up to 1 s apart. */
    public static final ClientOptions DEFAULT = new ClientOptions(
            64, Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofMillis(10), Duration.ofSeconds(1));

    public ClientOptions {
        if (connectionsMax < 1) {
            throw new IllegalArgumentException("connectionsMax is at least 1, not " + connectionsMax);
        }
        if (!answerTimeout.isPositive() || !backOffFirst.isPositive() || retryFor.isNegative()) {
            throw new IllegalArgumentException("durations must be positive: " + answerTimeout + ", " + backOffFirst + ", " + retryFor);
        }
    }

    public ClientOptions withConnectionsMax(int connectionsMax) {
        return new ClientOptions(connectionsMax, answerTimeout, retryFor, backOffFirst, backOffMax);
    }

    public ClientOptions withAnswerTimeout(Duration answerTimeout) {
        return new ClientOptions(connectionsMax, answerTimeout, retryFor, backOffFirst, backOffMax);
    }

    public ClientOptions withRetryFor(Duration retryFor) {
        return new ClientOptions(connectionsMax, answerTimeout, retryFor, backOffFirst, backOffMax);
    }
}
