package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.function.LongPredicate;
import java.util.function.LongToIntFunction;

/**
 * What follows some of the keys, for another model: numbers mean nothing there, so keys are written in full. Of a key,
 * and for each table, how many successors there are, and of each its count and its key.
 */
final class KeyTransfer {

    private static final int SUCCESSOR_BYTES = 1 + Long.BYTES;

    private final KeyTable keys;
    private final List<SuccessorRows> tables;

    KeyTransfer(KeyTable keys, List<SuccessorRows> tables) {
        this.keys = keys;
        this.tables = tables;
    }

    /**
     * Writes those of the keys that are asked for.
     *
     * @param bytesMax what may be written; keys that are read seldom are left out for it
     */
    void write(LongPredicate wanted, long bytesMax, DataOutput out) throws IOException {
        int least = leastFrequency(wanted, bytesMax - Integer.BYTES);
        int count = 0;
        for (int id = 0; id < keys.size(); id++) {
            count += isWritten(id, least, wanted) ? 1 : 0;
        }
        out.writeInt(count);
        for (int id = 0; id < keys.size(); id++) {
            if (isWritten(id, least, wanted)) {
                write(id, out);
            }
        }
    }

    private boolean isWritten(int id, int least, LongPredicate wanted) {
        return keys.frequency(id) >= least && wanted.test(keys.key(id));
    }

    private int leastFrequency(LongPredicate wanted, long bytesMax) {
        var bytes = new long[KeyTable.FREQUENCIES];
        for (int id = 0; id < keys.size(); id++) {
            if (wanted.test(keys.key(id))) {
                bytes[keys.frequency(id)] += bytes(id);
            }
        }
        long left = bytesMax;
        int least = KeyTable.FREQUENCIES;
        while (least > 0 && bytes[least - 1] <= left) {
            left -= bytes[--least];
        }
        return least;
    }

    private long bytes(int id) {
        long bytes = Long.BYTES;
        for (var rows : tables) {
            bytes += 1 + (long) SUCCESSOR_BYTES * successors(rows, id);
        }
        return bytes;
    }

    private static int successors(SuccessorRows rows, int id) {
        int successors = 0;
        for (int i = 0; i < rows.width(); i++) {
            successors += rows.count(id, i) > 0 ? 1 : 0;
        }
        return successors;
    }

    private void write(int id, DataOutput out) throws IOException {
        out.writeLong(keys.key(id));
        for (var rows : tables) {
            out.writeByte(successors(rows, id));
            for (int i = 0; i < rows.width(); i++) {
                if (rows.count(id, i) > 0) {
                    out.writeByte(rows.count(id, i));
                    out.writeLong(keys.key(rows.successor(id, i)));
                }
            }
        }
    }

    /**
     * Adds what {@link #write} wrote to what is known.
     *
     * @param known gives the number of a key, which gets one if it has none
     */
    void read(DataInput in, LongToIntFunction known) throws IOException {
        int count = in.readInt();
        for (int i = 0; i < count; i++) {
            long key = in.readLong();
            for (var rows : tables) {
                int successors = in.readUnsignedByte();
                for (int s = 0; s < successors; s++) {
                    add(rows, key, in.readUnsignedByte(), in.readLong(), known);
                }
            }
        }
    }

    private static void add(SuccessorRows rows, long key, int count, long successor, LongToIntFunction known) {
        for (int sighting = 0; sighting < count; sighting++) {
            // Both anew each time: the one may take the other's number when the table is full.
            int later = known.applyAsInt(successor);
            rows.add(known.applyAsInt(key), later);
        }
    }
}
