package io.forelog.loadgen.replay;

import io.forelog.loadgen.verify.RunValues;
import io.forelog.record.RecordAddress;
import java.util.Arrays;

/** The record of each key of a trace: its value, and its address once it is appended. 20 bytes a key. */
final class KeyedRecords {

    private final long[] keys;
    private final int[] shards;
    private final long[] offsets;
    private final int valueBytes;

    /** @param keys as the trace reads them, repeated or not */
    KeyedRecords(long[] keys, int valueBytes) {
        this.keys = Arrays.stream(keys).sorted().distinct().toArray();
        this.shards = new int[this.keys.length];
        this.offsets = new long[this.keys.length];
        this.valueBytes = valueBytes;
    }

    int size() {
        return keys.length;
    }

    /** Returns the position of a key of the trace, in ascending order of keys. */
    int position(long key) {
        return Arrays.binarySearch(keys, key);
    }

    String key(int position) {
        return Long.toString(keys[position]);
    }

    /** Returns the value that belongs to a key, the same in every replay. */
    byte[] value(int position) {
        long key = keys[position];
        return new RunValues((int) (key >>> 32), valueBytes).value((int) key);
    }

    void appended(int position, RecordAddress address) {
        shards[position] = address.shard();
        offsets[position] = address.offset();
    }

    int shard(int position) {
        return shards[position];
    }

    long offset(int position) {
        return offsets[position];
    }
}
