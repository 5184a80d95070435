package io.forelog.error;

/** The shard's next offset is not the one that the append was made conditional on. */
public final class OffsetMismatchException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final int shard;
    private final long expected;
    private final long nextOffset;

    public OffsetMismatchException(int shard, long expected, long nextOffset) {
        super("the next offset of shard " + shard + " is " + nextOffset + ", not " + expected);
        this.shard = shard;
        this.expected = expected;
        this.nextOffset = nextOffset;
    }

    public int shard() {
        return shard;
    }

    public long expected() {
        return expected;
    }

    /** Returns the offset that the shard gives to its next record. */
    public long nextOffset() {
        return nextOffset;
    }
}
