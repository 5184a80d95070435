package io.forelog.error;

/** No replica leads the shard at present. Nothing was appended: retry shortly. */
public final class NoLeaderException extends ForelogException {

    private static final long serialVersionUID = 1;

    public NoLeaderException(String message) {
        super(message);
    }
}
