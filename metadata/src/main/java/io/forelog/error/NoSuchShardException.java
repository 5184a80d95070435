package io.forelog.error;

/** The log never had a shard of this number. */
public final class NoSuchShardException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final String log;
    private final int shard;

    public NoSuchShardException(String log, int shard) {
        super("log '" + log + "' has no shard " + shard);
        this.log = log;
        this.shard = shard;
    }

    public String log() {
        return log;
    }

    public int shard() {
        return shard;
    }
}
