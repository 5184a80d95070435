package io.forelog.loadgen.client;

/** The request was sent, and the connection ended or the time ran out before an answer. An append may have happened. */
public final class OutcomeUnknownException extends ForelogClientException {

    private static final long serialVersionUID = 1;

    OutcomeUnknownException(String endpoint, Throwable cause) {
        super("sent to " + endpoint + ", no answer: " + cause.getMessage(), cause);
    }

    @Override
    public String slug() {
        return "no-answer";
    }
}
