package io.forelog.error;

/** The address is at or above the high watermark: nothing is there yet, but may come. */
public final class NoSuchRecordException extends ForelogException {

    private static final long serialVersionUID = 1;

    private final long highWatermark;

    public NoSuchRecordException(int shard, long offset, long highWatermark) {
        super("offset " + offset + " of shard " + shard + " is not below its high watermark " + highWatermark);
        this.highWatermark = highWatermark;
    }

    /** Returns the first offset that is not committed. */
    public long highWatermark() {
        return highWatermark;
    }
}
