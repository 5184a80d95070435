package io.forelog.loadgen.load;

import io.forelog.record.RecordAddress;

/** What this run appended last, newest first; the oldest is forgotten when it is full. 16 bytes a record. */
final class RecentRecords implements ReadTargets {

    private final int[] numbers;
    private final int[] shards;
    private final long[] offsets;
    private int added;
    private int newest;

    /** @param max at least 1 */
    RecentRecords(int max) {
        numbers = new int[max];
        shards = new int[max];
        offsets = new long[max];
        newest = max - 1;
    }

    void add(int number, RecordAddress address) {
        newest = newest + 1 == numbers.length ? 0 : newest + 1;
        numbers[newest] = number;
        shards[newest] = address.shard();
        offsets[newest] = address.offset();
        added = Math.min(added + 1, numbers.length);
    }

    @Override
    public int size() {
        return added;
    }

    @Override
    public Target target(int rank) {
        int at = Math.floorMod(newest - rank, numbers.length);
        return new Target(shards[at], offsets[at], numbers[at]);
    }
}
