package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * What is read at regular hours: keys that were read at this time of the last day, by whomever and in whatever order,
 * which no chain can tell. A byte for each key has the half hour of the day that it was read in, the day, as even or
 * odd, and whether another day has confirmed it. With each read a hand moves over a few keys, and guesses those whose
 * half hour has come, or comes within {@value #LEAD_MILLIS} ms, and that were not read in it today.
 *
 * <p>A key that is read at several times of the day is known for one of them; what was read two days ago and not on the
 * last counts as read today. Hours are counted from midnight UTC: only that they recur counts.
 */
final class HourOfDaySource extends CandidateSource {

    private static final long SLOT_MILLIS = 30 * 60_000;
    private static final long LEAD_MILLIS = 5 * 60_000;
    private static final int SLOTS = 48;
    /** Half hours that a key may be early or late to count as read at its time. */
    private static final int TOLERANCE = 1;

    private static final int KEYS_PER_READ = 16;
    private static final int GUESSES_PER_READ = 2;

    /** Bits 0-5: one more than the half hour, 0 if none is known; bit 6: the day; bit 7: confirmed. */
    private static final int SLOT_MASK = 0x3f;

    private static final int DAY = 0x40;
    private static final int CONFIRMED = 0x80;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH_BYTE = 0x0101010101010101L;
    private static final long UNCONFIRMED = 0x7f7f7f7f7f7f7f7fL;

    private final KeyTable keys;
    private final int firstCell;
    private byte[] notes = new byte[0];
    private int hand;
    /** The half hour asked for last, and its note. */
    private long notedSlot = Long.MIN_VALUE;

    private byte noted;

    HourOfDaySource(KeyTable keys, int firstCell) {
        this.keys = keys;
        this.firstCell = firstCell;
    }

    /** Forgets what is known under a number that another key has got. */
    void reset(int id) {
        if (id >= notes.length) {
            notes = Arrays.copyOf(notes, id + 1 + (id >> KeyTable.GROWTH_SHIFT));
        }
        notes[id] = 0;
    }

    @Override
    public void observe(Read read) {
        long slot = Math.floorDiv(read.millis, SLOT_MILLIS);
        int note = notes[read.id];
        if ((note & SLOT_MASK) == 0) {
            notes[read.id] = note(slot);
            return;
        }
        int off = (int) Math.floorMod(slot - (note & SLOT_MASK) + 1 + SLOTS / 2, (long) SLOTS) - SLOTS / 2;
        if (Math.abs(off) <= TOLERANCE) {
            if ((note(slot - off) & DAY) != (note & DAY)) {
                notes[read.id] = (byte) (note(slot) | CONFIRMED);
            }
        } else {
            // One read at another time is no reason to forget a habit.
            notes[read.id] = (note & CONFIRMED) != 0 ? (byte) (note & ~CONFIRMED) : note(slot);
        }
    }

    private byte note(long slot) {
        // The same for many reads, and four divisions take as long as the rest.
        if (slot != notedSlot) {
            int day = (Math.floorDiv(slot, SLOTS) & 1) == 0 ? 0 : DAY;
            noted = (byte) (Math.floorMod(slot, SLOTS) + 1 | day);
            notedSlot = slot;
        }
        return noted;
    }

    @Override
    public void guess(Read read, Guesses guesses) {
        int due = (note(Math.floorDiv(read.millis + LEAD_MILLIS, SLOT_MILLIS)) ^ DAY) & (SLOT_MASK | DAY);
        int size = keys.size();
        if (hand + KEYS_PER_READ < size && !anyOf(hand + 1, due)) {
            hand += KEYS_PER_READ;
            return;
        }
        int guessed = 0;
        for (int i = Math.min(size, KEYS_PER_READ); i > 0 && guessed < GUESSES_PER_READ; i--) {
            hand = hand + 1 < size ? hand + 1 : 0;
            if ((notes[hand] & (SLOT_MASK | DAY)) == due) {
                int confirmed = (notes[hand] & CONFIRMED) == 0 ? 0 : KeyTable.FREQUENCIES;
                guesses.add(hand, firstCell + confirmed + keys.frequency(hand));
                guessed++;
            }
        }
    }

    /** Returns whether a key may be due among {@value #KEYS_PER_READ} from {@code first} on: sure if it says no. */
    private boolean anyOf(int first, int due) {
        long pattern = due * EACH_BYTE;
        return (anyZero(((long) LONGS.get(notes, first) & UNCONFIRMED) ^ pattern)
                        | anyZero(((long) LONGS.get(notes, first + Long.BYTES) & UNCONFIRMED) ^ pattern))
                != 0;
    }

    /** Returns 0 if none of the eight bytes is 0 (Mycroft's test: Knuth, volume 4A, 7.1.3). */
    private static long anyZero(long bytes) {
        return bytes - EACH_BYTE & ~bytes & EACH_BYTE << Byte.SIZE - 1;
    }

    @Override
    public int cells() {
        return 2 * KeyTable.FREQUENCIES;
    }

    void write(DataOutput out) throws IOException {
        out.write(notes, 0, keys.size());
    }

    /** Replaces what is here; the keys must have been read before. */
    void read(DataInput in) throws IOException {
        notes = new byte[keys.size()];
        in.readFully(notes);
        hand = 0;
    }

    @Override
    public long bytes() {
        return notes.length;
    }
}
