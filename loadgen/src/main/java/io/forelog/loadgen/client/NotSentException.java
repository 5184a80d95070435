package io.forelog.loadgen.client;

/** No connection could be made, so the request was never sent. Always safe to repeat. */
public final class NotSentException extends ForelogClientException {

    private static final long serialVersionUID = 1;

    NotSentException(String endpoint, Throwable cause) {
        super("cannot connect to " + endpoint + ": " + cause.getMessage(), cause);
    }

    @Override
    public String slug() {
        return "not-connected";
    }
}
