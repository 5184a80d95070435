package io.forelog.simulation;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The bytes of one simulated file: as written, and of sectors written since the last force what the disk has. */
final class Blocks {

    private static final int SECTOR = SimulatedStorage.SECTOR_BYTES;
    private static final byte[] ZEROS = new byte[SECTOR];

    private final int size;
    private final byte @Nullable [][] sectors;
    /** What the disk has of sectors that were written since the last force. */
    private final Map<Integer, byte[]> durable = new TreeMap<>();

    private int writtenEnd;

    Blocks(int size) {
        this.size = size;
        this.sectors = new byte[(size + SECTOR - 1) / SECTOR][];
    }

    int size() {
        return size;
    }

    /** Returns the end of the last sector that was ever written. */
    int writtenEnd() {
        return writtenEnd;
    }

    void write(ByteBuffer source, int position) {
        for (int at = position; source.hasRemaining(); ) {
            int bytes = Math.min(SECTOR - at % SECTOR, source.remaining());
            source.get(dirty(at / SECTOR), at % SECTOR, bytes);
            at += bytes;
        }
    }

    private byte[] dirty(int sector) {
        var known = sector(sector);
        if (!durable.containsKey(sector)) {
            durable.put(sector, known.clone());
        }
        return known;
    }

    private byte[] sector(int number) {
        var known = sectors[number];
        if (known == null) {
            known = new byte[SECTOR];
            sectors[number] = known;
            writtenEnd = Math.min(size, Math.max(writtenEnd, (number + 1) * SECTOR));
        }
        return known;
    }

    void read(ByteBuffer target, int position) {
        for (int at = position; target.hasRemaining(); ) {
            int bytes = Math.min(SECTOR - at % SECTOR, target.remaining());
            var known = sectors[at / SECTOR];
            if (known == null) {
                target.put(ZEROS, 0, bytes);
            } else {
                target.put(known, at % SECTOR, bytes);
            }
            at += bytes;
        }
    }

    void force() {
        durable.clear();
    }

    /** Loses what was not forced of those sectors that are not kept. */
    void crash(BooleanSupplier keeps) {
        durable.forEach((sector, bytes) -> {
            if (!keeps.getAsBoolean()) {
                sectors[sector] = bytes;
            }
        });
        durable.clear();
    }

    void flip(int position, int bit) {
        sector(position / SECTOR)[position % SECTOR] ^= (byte) (1 << bit);
        var under = durable.get(position / SECTOR);
        if (under != null) {
            under[position % SECTOR] ^= (byte) (1 << bit);
        }
    }
}
