package io.forelog.error;

/** The log never had a shard of this number. */
public final class NoSuchShardException extends ForelogException {

    private static final long serialVersionUID = 1;

    public NoSuchShardException(String log, int shard) {
        super("log '" + log + "' has no shard " + shard);
    }
}
