package io.forelog.loadgen.client;

import java.net.ConnectException;

/** No connection could be made, so the request was never sent. Always safe to repeat. */
public final class NotSentException extends ForelogClientException {

    private static final long serialVersionUID = 1;

    NotSentException(String endpoint, Throwable cause) {
        super("cannot connect to " + endpoint + ": " + why(cause), cause);
    }

    /** Netty's words for a port on which nobody listens, the commonest of all, name a function of the kernel. */
    private static String why(Throwable cause) {
        return cause instanceof ConnectException ? "no server answers there" : String.valueOf(cause.getMessage());
    }

    @Override
    public String slug() {
        return "not-connected";
    }
}
