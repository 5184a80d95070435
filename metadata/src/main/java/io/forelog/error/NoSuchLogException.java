package io.forelog.error;

/** No log has this name. */
public final class NoSuchLogException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final String log;

    public NoSuchLogException(String log) {
        super("there is no log '" + log + "'; PUT /v1/logs/" + log + " creates it");
        this.log = log;
    }

    public String log() {
        return log;
    }
}
