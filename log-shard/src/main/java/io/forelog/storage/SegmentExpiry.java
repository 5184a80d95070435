package io.forelog.storage;

import java.io.IOException;
import java.nio.file.Files;

/** Which segments are beyond a bound of age or bytes, and their deletion. */
final class SegmentExpiry {

    private SegmentExpiry() {}

    /** Returns what {@link ShardLog#expiredBelow} does. */
    static long expiredBelow(Segment[] segments, long oldest, long bytesMax) {
        long bytes = 0;
        for (var segment : segments) {
            bytes += segment.batchBytes();
        }
        int first = 0;
        while (first < segments.length - 1 && (segments[first].maxTimestamp() < oldest || bytes > bytesMax)) {
            bytes -= segments[first].batchBytes();
            first++;
        }
        return segments.length == 0 ? 0 : segments[first].base();
    }

    /** Returns how many segments from the first on are closed and wholly below {@code offset}. */
    static int countBelow(Segment[] segments, long offset) {
        int count = 0;
        while (count < segments.length
                && segments[count].end() <= offset
                && segments[count].state() != SegmentState.OPEN) {
            count++;
        }
        return count;
    }

    /**
     * Deletes the files of a segment that readers no longer find; the batches first, so that a crash leaves no more
     * than an index.
     */
    static void deleteFiles(ShardFiles files, Segment segment) throws IOException {
        long base = segment.base();
        Files.deleteIfExists(files.descriptor(base));
        Files.deleteIfExists(files.segment(base));
        Files.deleteIfExists(files.archivedIndex(base));
        Files.deleteIfExists(files.index(base));
    }
}
