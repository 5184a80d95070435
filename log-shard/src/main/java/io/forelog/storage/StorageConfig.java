package io.forelog.storage;

import java.time.Duration;

/**
 * How a data directory keeps its records. {@link #defaults()} is right for most; each field says what goes wrong
 * when it is too high or too low.
 *
 * @param segmentBytes a segment takes no further batch once it has so many bytes. Too low: many files, each read
 *     by key asks more Bloom filters. Too high: retention and archive work in coarse steps, and a start after an
 *     unclean stop has more to verify
 * @param segmentRecordsMax likewise for records; it bounds the heap of an open segment's index (about 8 bytes a
 *     record, and 8 a batch)
 * @param batchBytesMax the largest batch that is taken. It sets how much address space (not memory) an open
 *     segment maps
 * @param preallocateBytesMax the most disk that is reserved ahead of an open segment's end; it starts at 1 MiB
 *     and doubles. Too low: a system call more often. Too high: many idle shards hold disk they do not use
 * @param freeBytesMin appends are refused as {@code disk-full} when less than this is free. Too low: nothing left
 *     to work with when the disk fills. Too high: disk that is paid for and not used
 * @param openQueuesMax how many shards keep their open segment's files open for appends (two descriptors each);
 *     beyond, the least recently used are closed and opened again at their next append, for milliseconds
 * @param mappedSegmentsMax how many closed segments are mapped at once (two mappings each, no descriptors);
 *     beyond, the least recently read are unmapped and mapped again at their next read
 * @param recheckAfter a batch's CRC is checked when it is first read and again when this has passed. Too long:
 *     what rots on the disk after the first check is found by the scrubber only. Too short: point reads cost more
 * @param scrubBytesPerSecond how fast the scrubber re-reads closed segments, but an eighth of it while more than that
 *     is appended; 0 is never
 */
public record StorageConfig(
        int segmentBytes,
        int segmentRecordsMax,
        int batchBytesMax,
        int preallocateBytesMax,
        long freeBytesMin,
        int openQueuesMax,
        int mappedSegmentsMax,
        Duration recheckAfter,
        long scrubBytesPerSecond) {

    private static final int MIB = 1 << 20;

    public StorageConfig {
        between("segmentBytes", segmentBytes, 64 << 10, 1 << 30);
        between("segmentRecordsMax", segmentRecordsMax, 16, 1 << 24);
        between("batchBytesMax", batchBytesMax, 1 << 10, 128 * MIB);
        between("preallocateBytesMax", preallocateBytesMax, 64 << 10, 1 << 30);
        between("freeBytesMin", freeBytesMin, 0, Long.MAX_VALUE);
        between("openQueuesMax", openQueuesMax, 1, 1 << 20);
        between("mappedSegmentsMax", mappedSegmentsMax, 2, 1 << 20);
        between("recheckAfter in milliseconds", recheckAfter.toMillis(), 1, Long.MAX_VALUE);
        between("scrubBytesPerSecond", scrubBytesPerSecond, 0, Long.MAX_VALUE);
    }

    /** Returns the settings of a node on which nothing was set. */
    public static StorageConfig defaults() {
        return new StorageConfig(
                64 * MIB, 1 << 19, 16 * MIB, 16 * MIB, 256L * MIB, 512, 8192, Duration.ofMinutes(10), 16L * MIB);
    }

    public StorageConfig withSegments(int bytes, int recordsMax) {
        return new StorageConfig(
                bytes,
                recordsMax,
                batchBytesMax,
                preallocateBytesMax,
                freeBytesMin,
                openQueuesMax,
                mappedSegmentsMax,
                recheckAfter,
                scrubBytesPerSecond);
    }

    public StorageConfig withFreeBytesMin(long bytes) {
        return new StorageConfig(
                segmentBytes,
                segmentRecordsMax,
                batchBytesMax,
                preallocateBytesMax,
                bytes,
                openQueuesMax,
                mappedSegmentsMax,
                recheckAfter,
                scrubBytesPerSecond);
    }

    public StorageConfig withBatchBytesMax(int bytes) {
        return new StorageConfig(
                segmentBytes,
                segmentRecordsMax,
                bytes,
                preallocateBytesMax,
                freeBytesMin,
                openQueuesMax,
                mappedSegmentsMax,
                recheckAfter,
                scrubBytesPerSecond);
    }

    public StorageConfig withOpenMax(int queues, int mappedSegments) {
        return new StorageConfig(
                segmentBytes,
                segmentRecordsMax,
                batchBytesMax,
                preallocateBytesMax,
                freeBytesMin,
                queues,
                mappedSegments,
                recheckAfter,
                scrubBytesPerSecond);
    }

    public StorageConfig withScrub(Duration recheckAfter, long bytesPerSecond) {
        return new StorageConfig(
                segmentBytes,
                segmentRecordsMax,
                batchBytesMax,
                preallocateBytesMax,
                freeBytesMin,
                openQueuesMax,
                mappedSegmentsMax,
                recheckAfter,
                bytesPerSecond);
    }

    private static void between(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("storage." + name + " is " + value + ", not in " + min + ".." + max);
        }
    }
}
