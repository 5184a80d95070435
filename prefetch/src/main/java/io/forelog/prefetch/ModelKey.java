package io.forelog.prefetch;

import io.forelog.record.GlobalAddress;

/**
 * An address packed into 64 bits: 16 of the log's incarnation, 12 of the shard, 36 of the offset, from the highest
 * down. Neighbouring offsets are neighbouring keys, so that streams and strides stay visible as arithmetic.
 *
 * <p>An address that does not fit (log above 65,534, shard above 4,095, offset above 68,719,476,735) is not
 * modelled: it is read and cached like any other, only never predicted.
 */
public final class ModelKey {

    /** The key of an address that does not fit. */
    public static final long NONE = -1L;

    private static final int OFFSET_BITS = 36;
    private static final int SHARD_BITS = 12;
    private static final long OFFSET_MAX = (1L << OFFSET_BITS) - 1;
    private static final int SHARD_MAX = (1 << SHARD_BITS) - 1;
    private static final long LOG_MAX = (1L << Long.SIZE - OFFSET_BITS - SHARD_BITS) - 2;

    private ModelKey() {}

    /** Returns the key of an address, or {@link #NONE} if it does not fit. */
    public static long of(long log, int shard, long offset) {
        if (log < 0 || log > LOG_MAX || shard < 0 || shard > SHARD_MAX || offset < 0 || offset > OFFSET_MAX) {
            return NONE;
        }
        return log << OFFSET_BITS + SHARD_BITS | (long) shard << OFFSET_BITS | offset;
    }

    /** Returns the key of {@code address}, or {@link #NONE} if it does not fit. */
    public static long of(GlobalAddress address) {
        return of(address.log(), address.shard(), address.offset());
    }

    /** Returns the address whose key this is. */
    public static GlobalAddress address(long key) {
        return new GlobalAddress(log(key), shard(key), offset(key));
    }

    public static long log(long key) {
        return key >>> OFFSET_BITS + SHARD_BITS;
    }

    public static int shard(long key) {
        return (int) (key >>> OFFSET_BITS) & SHARD_MAX;
    }

    public static long offset(long key) {
        return key & OFFSET_MAX;
    }

    /** Returns the key of the first offset of a shard, as {@link #logAndShard} tells it. */
    public static long firstOf(long logAndShard) {
        return logAndShard << OFFSET_BITS;
    }

    /** Returns what all keys of one shard of one log have in common, and no others. */
    public static long logAndShard(long key) {
        return key >>> OFFSET_BITS;
    }
}
