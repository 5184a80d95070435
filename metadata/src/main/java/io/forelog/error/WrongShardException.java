package io.forelog.error;

/** A record was sent to a shard whose range does not hold its key. */
public final class WrongShardException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final int sentTo;
    private final int shard;

    public WrongShardException(int sentTo, int shard) {
        super("a key sent to shard " + sentTo + " belongs to shard " + shard);
        this.sentTo = sentTo;
        this.shard = shard;
    }

    public int sentTo() {
        return sentTo;
    }

    /** Returns the open shard that takes the key. */
    public int shard() {
        return shard;
    }
}
