package io.forelog.loadgen.client;

/**
 * A call that did not get what it asked for. The four kinds differ in what is known of the call's effect, hence in
 * whether it may be repeated.
 *
 * <p>Carries no stack trace: it is an answer of the network, raised on hot paths.
 */
public abstract sealed class ForelogClientException extends RuntimeException
        permits RefusedException, NotSentException, OutcomeUnknownException, MalformedAnswerException {

    private static final long serialVersionUID = 1;

    ForelogClientException(String message) {
        super(message, null, false, false);
    }

    ForelogClientException(String message, Throwable cause) {
        super(message, cause, false, false);
    }

    /** Returns a short stable word for counting: the problem's slug, or what went wrong on the way. */
    public abstract String slug();
}
