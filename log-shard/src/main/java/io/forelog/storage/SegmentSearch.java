package io.forelog.storage;

import io.forelog.record.KeyHash;

/** Finds records by key and by time in a shard's segments, each of which tells first whether it can hold any. */
final class SegmentSearch {

    private SegmentSearch() {}

    /** Returns the offset of the newest record below {@code end} with this key, or -1. */
    static long newest(Segment[] all, byte[] key, long end) {
        long hash = KeyHash.of(key);
        for (int i = all.length - 1; i >= 0; i--) {
            var segment = all[i];
            if (segment.base() < end) {
                int record = segment.newest(key, hash, below(segment, end));
                if (record >= 0) {
                    return segment.base() + record;
                }
            }
        }
        return -1;
    }

    /** Returns at most {@code limit} offsets of records with this key from {@code from} to {@code end}, exclusive. */
    static long[] history(Segment[] all, byte[] key, long from, long end, int limit, boolean newestFirst) {
        long hash = KeyHash.of(key);
        var found = new KeyHits(key, limit);
        for (int i = 0; i < all.length && !found.isFull(); i++) {
            var segment = all[newestFirst ? all.length - 1 - i : i];
            if (segment.base() < end && segment.end() > from) {
                found.addFrom(
                        segment, hash, (int) Math.max(0, from - segment.base()), below(segment, end), newestFirst);
            }
        }
        return found.offsets();
    }

    /** Returns the first offset whose record has at least this timestamp, or {@code end} if there is none. */
    static long offsetAtTime(Segment[] all, long timestamp, long end) {
        for (var segment : all) {
            if (segment.maxTimestamp() >= timestamp) {
                long found = segment.offsetAtTime(timestamp);
                if (found < segment.end()) {
                    return found;
                }
            }
        }
        return end;
    }

    private static int below(Segment segment, long end) {
        return (int) Math.min(end - segment.base(), segment.records());
    }
}
