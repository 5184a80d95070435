package io.forelog.storage;

import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Batches whose records can be told from their offset alone, so that any read can be judged. */
final class Batches {

    static final int KEYS = 49;
    static final long FIRST_TIME = 1_700_000_000_000L;

    private Batches() {}

    /** Returns the record that belongs at {@code offset}. */
    static LogRecord record(long offset) {
        var random = new Random(offset * 31 + 7);
        byte[] value = new byte[20 + random.nextInt(200)];
        random.nextBytes(value);
        ByteBuffer.wrap(value).putLong(offset);
        return new LogRecord(
                key(offset),
                value,
                offset % 3 == 0 ? List.of(new LogRecord.Header("n", "v" + offset)) : List.of(),
                time(offset));
    }

    /** Every fifth record has no key. */
    static byte[] key(long offset) {
        return offset % 5 == 4 ? null : keyOf(offset);
    }

    static byte[] keyOf(long offset) {
        return ("key-" + Math.floorMod(offset * 2654435761L, KEYS)).getBytes(StandardCharsets.UTF_8);
    }

    /** Ascends on the whole, with each tenth record one second late. */
    static long time(long offset) {
        return FIRST_TIME + offset * 10 - (offset % 10 == 9 ? 1000 : 0);
    }

    /** Returns the batch of {@code count} records from {@code offset} on. */
    static RecordBatch batch(long offset, int count, Compression compression) {
        var builder = new RecordBatchBuilder(compression);
        for (long at = offset; at < offset + count; at++) {
            builder.add(record(at));
        }
        return builder.build();
    }

    /** Judges what a read returned. */
    static void assertIsAt(long offset, LogRecord read) {
        var expected = record(offset);
        if (!Arrays.equals(read.key(), expected.key())
                || !Arrays.equals(read.value(), expected.value())
                || read.timestamp() != expected.timestamp()
                || !read.headers().equals(expected.headers())) {
            throw new AssertionError("the record at offset " + offset + " is " + read + ", not " + expected);
        }
    }

    /** Appends batches of 1 to 30 records until {@code end}; sizes come from {@code random}. */
    static void appendUntil(ShardLog log, long end, Random random, Compression compression) {
        while (log.endOffset() < end) {
            int count = (int) Math.min(1 + random.nextInt(30), end - log.endOffset());
            log.append(batch(log.endOffset(), count, compression), 1);
        }
    }
}
