package io.forelog.error;

/** The address is at or above the high watermark: nothing is there yet, but may come. */
public final class NoSuchRecordException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final int shard;
    private final long offset;
    private final long highWatermark;

    public NoSuchRecordException(int shard, long offset, long highWatermark) {
        super("offset " + offset + " of shard " + shard + " is not below its high watermark " + highWatermark);
        this.shard = shard;
        this.offset = offset;
        this.highWatermark = highWatermark;
    }

    public int shard() {
        return shard;
    }

    public long offset() {
        return offset;
    }

    /** Returns the first offset that is not committed. */
    public long highWatermark() {
        return highWatermark;
    }
}
