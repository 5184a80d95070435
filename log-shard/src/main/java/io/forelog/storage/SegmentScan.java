package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.wire.Wires;
import org.jspecify.annotations.Nullable;

/**
 * What a segment's file holds, read from its begin without any index: what a start after an unclean stop does with
 * what is not sealed, and a start that finds an index missing or damaged.
 *
 * @param base offset of the first batch
 * @param index of all good batches that were taken
 * @param dataEnd position after the last of them
 * @param batchBytes their size together
 * @param damage what is wrong, each with offset and position; what a kill leaves, an excerpt that was never
 *     finished, is not
 */
record SegmentScan(long base, OpenIndex index, int dataEnd, long batchBytes, List<Damage> damage) {

    SegmentScan {
        damage = List.copyOf(damage);
    }

    /** What to do at the first batch that is not good. */
    enum AtDamage {
        /** Take nothing behind it: it was not known to be on disk, and comes again from elsewhere. */
        STOP,
        /** Take the good batches behind it: it was sealed, hence whole. The bad one's records cannot be read. */
        SKIP
    }

    /** Sees each good batch. */
    @FunctionalInterface
    interface Sink {
        void batch(RecordBatch batch, int position);
    }

    static SegmentScan empty(long base) {
        return new SegmentScan(base, new OpenIndex(), 0, 0, List.of());
    }

    long endOffset() {
        return base + index.records();
    }

    /**
     * Scans {@code file}.
     *
     * @param expected the offset that the first batch must have, or -1 for any
     */
    static SegmentScan of(ByteBuffer file, long expected, AtDamage atDamage, Sink sink) {
        return new Run(file, expected, atDamage, sink).run();
    }

    private static final class Run {

        /** So many zeros in a row are disk that was reserved and not yet written. */
        private static final int UNWRITTEN_BYTES = 1 << 20;

        private static final int MAGIC_AT = 16;

        private final ByteBuffer bytes;
        private final ByteBuffer bigEndian;
        private final AtDamage atDamage;
        private final Sink sink;
        private final OpenIndex index = new OpenIndex();
        private final List<Damage> damage = new ArrayList<>();
        private long base;
        private long next;
        private int dataEnd;
        private long batchBytes;

        Run(ByteBuffer file, long expected, AtDamage atDamage, Sink sink) {
            this.bytes = file.duplicate().order(ByteOrder.LITTLE_ENDIAN);
            this.bigEndian = file.duplicate().order(ByteOrder.BIG_ENDIAN);
            this.atDamage = atDamage;
            this.sink = sink;
            this.base = expected;
            this.next = expected;
        }

        SegmentScan run() {
            int from = 0;
            while (from >= 0) {
                String wrong = takeGood(new Excerpts(bytes, from));
                int later = laterBatch();
                if (wrong == null && later >= 0) {
                    wrong = "no excerpt is here, but the batch of offset " + bigEndian.getLong(later)
                            + " is whole at position " + later;
                }
                if (wrong != null) {
                    damage.add(new Damage(Math.max(next, 0), dataEnd, wrong));
                }
                from = wrong != null && atDamage == AtDamage.SKIP && later >= 0 ? skipTo(later) : -1;
            }
            return new SegmentScan(Math.max(base, 0), index, dataEnd, batchBytes, damage);
        }

        /** Takes batches up to the first that is not good; returns what is wrong with that, or null where they end. */
        private @Nullable String takeGood(Excerpts excerpts) {
            while (excerpts.next()) {
                try {
                    var batch = RecordBatch.wrap(bytes.slice(excerpts.position(), excerpts.length()));
                    batch.verify();
                    if (next >= 0 && batch.baseOffset() != next) {
                        throw new CorruptBatchException(
                                "the batch at position " + excerpts.position() + " says offset " + batch.baseOffset());
                    }
                    take(batch, excerpts.position());
                } catch (CorruptBatchException e) {
                    return e.getMessage();
                }
            }
            return atEnd(excerpts.nextHeader());
        }

        /** Judges the place where no excerpt begins; returns what is wrong with it, or null. */
        private @Nullable String atEnd(int position) {
            if (position > bytes.limit() - Integer.BYTES) {
                return null;
            }
            int header = bytes.getInt(position);
            boolean unwritten = header == Wires.NOT_INITIALIZED || isBegun(header);
            if (!unwritten && header != Wires.END_OF_DATA) {
                return "no excerpt has the header 0x" + Integer.toHexString(header);
            }
            int batchAt = position + Integer.BYTES;
            if (unwritten && next >= 0 && isBatch(batchAt, next, next)) {
                // Written to its end before the stop; only its header was not.
                take(RecordBatch.wrapAt(bigEndian, batchAt), batchAt);
            }
            return null;
        }

        /**
         * Returns whether Chronicle had just begun to write here, its own header or index for instance, at the stop.
         */
        private static boolean isBegun(int header) {
            return (header & ~Wires.META_DATA) == Wires.NOT_COMPLETE;
        }

        private void take(RecordBatch batch, int position) {
            base = base < 0 ? batch.baseOffset() : base;
            index.add(batch, position);
            sink.batch(batch, position);
            next = batch.endOffset();
            dataEnd = position + batch.sizeBytes();
            batchBytes += batch.sizeBytes();
        }

        private int skipTo(int later) {
            long found = bigEndian.getLong(later);
            if (next < 0) {
                base = found;
            } else {
                index.addHole((int) (found - next));
            }
            next = found;
            return later - Integer.BYTES;
        }

        /**
         * Looks for a good batch behind the last good one. If there is one, the excerpts do not end here, but a
         * header between them or a batch is damaged.
         */
        private int laterBatch() {
            int zeros = 0;
            for (int at = (dataEnd + 3) & ~3;
                    at < bytes.limit() - RecordBatch.HEADER_BYTES && zeros < UNWRITTEN_BYTES;
                    at += 4) {
                zeros = bytes.getInt(at) == 0 ? zeros + 4 : 0;
                if (bytes.get(at + MAGIC_AT) == 2 && isLater(at)) {
                    return at;
                }
            }
            return -1;
        }

        private boolean isLater(int at) {
            long after = Math.max(next, 0);
            return isBatch(at, next + 1, after + Integer.MAX_VALUE);
        }

        /** Returns whether a whole batch is at {@code at}, with an offset from {@code least} to {@code most}. */
        private boolean isBatch(int at, long least, long most) {
            if (at > bytes.limit() - RecordBatch.HEADER_BYTES) {
                return false;
            }
            long offset = bigEndian.getLong(at);
            if (offset < least || offset > most) {
                return false;
            }
            try {
                RecordBatch.wrapAt(bigEndian, at)
                        .verify();
                return true;
            } catch (CorruptBatchException notOne) {
                return false;
            }
        }
    }
}
