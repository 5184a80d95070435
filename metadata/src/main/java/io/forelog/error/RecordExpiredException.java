package io.forelog.error;

/** Retention has deleted what was at the address. */
public final class RecordExpiredException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final int shard;
    private final long offset;
    private final long startOffset;

    public RecordExpiredException(int shard, long offset, long startOffset) {
        super("offset " + offset + " of shard " + shard + " is below its retention start " + startOffset);
        this.shard = shard;
        this.offset = offset;
        this.startOffset = startOffset;
    }

    public int shard() {
        return shard;
    }

    public long offset() {
        return offset;
    }

    /** Returns the first offset that is still there. */
    public long startOffset() {
        return startOffset;
    }
}
