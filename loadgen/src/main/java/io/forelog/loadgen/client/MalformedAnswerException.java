package io.forelog.loadgen.client;

/** The server answered with something that the API does not promise. Repeating will not help. */
public final class MalformedAnswerException extends ForelogClientException {

    private static final long serialVersionUID = 1;

    MalformedAnswerException(String message) {
        super(message);
    }

    MalformedAnswerException(String message, Throwable cause) {
        super(message, cause);
    }

    @Override
    public String slug() {
        return "malformed-answer";
    }
}
