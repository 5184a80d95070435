package io.forelog.error;

import java.time.Duration;

/** A bounded queue is full. Nothing was appended: retry after the given time. */
public final class OverloadedException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final Duration retryAfter;

    public OverloadedException(String message, Duration retryAfter) {
        super(message);
        this.retryAfter = retryAfter;
    }

    public Duration retryAfter() {
        return retryAfter;
    }
}
