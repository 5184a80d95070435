package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Numbers the keys that were read, so that the tables hold 4 bytes for a key instead of 8, and keeps a byte about
 * each and when it was read beside it, so that to look at a key is to touch one line of the processor's cache. Bounded:
 * when full, a key that was not read lately gives its number to the new one (second chance, Corbató 1968). What other
 * tables still hold under that number then means the new key: a wrong guess, which their ageing forgets. 16 to 17 bytes
 * a key.
 */
final class KeyTable {

    static final int NONE = -1;
    /** Tables grow by this many halvings of their size: slow enough to waste little, fast enough to copy seldom. */
    static final int GROWTH_SHIFT = 4;

    static final int FREQUENCIES = 8;
    static final int HISTORIES = 16;

    private static final int NUMBER_MASK = SuccessorRows.NUMBERS - 1;
    private static final int REFERENCED = 0x80;
    private static final int FREQUENCY_SHIFT = 4;
    private static final int HISTORY_MASK = 0x0f;

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle CHARS = MethodHandles.byteArrayViewVarHandle(char[].class, ByteOrder.LITTLE_ENDIAN);
    /** When the key, which comes first in its record, was read last, in units of 64 reads, modulo 65,536. */
    private static final int TIME = Long.BYTES;
    /** Bit 7: read since the hand last passed; bits 4-6: frequency; bits 0-3: history. */
    private static final int NOTES = TIME + Character.BYTES;

    private static final int RECORD_BYTES = NOTES + 1;

    private final int capacity;
    private byte[] records;
    /** By hash: 8 bits of it above a number plus one; 0 where free. Linear probing: most of it never looks at a key. */
    private int[] slots;

    private int size;
    private int hand;
    private boolean added;

    KeyTable(int capacity) {
        this.capacity = capacity;
        int initial = Math.min(capacity, 64);
        records = new byte[initial * RECORD_BYTES];
        slots = new int[slotsFor(initial)];
    }

    private static int slotsFor(int entries) {
        return entries + (entries >> 2) + 1;
    }

    int size() {
        return size;
    }

    long key(int id) {
        return (long) LONGS.get(records, id * RECORD_BYTES);
    }

    private void key(int id, long key) {
        LONGS.set(records, id * RECORD_BYTES, key);
    }

    private int notes(int id) {
        return records[id * RECORD_BYTES + NOTES];
    }

    private void notes(int id, int notes) {
        records[id * RECORD_BYTES + NOTES] = (byte) notes;
    }

    /** Returns the number of {@code key}, or {@link #NONE}. */
    int find(long key) {
        long hash = Hashing.mix(key);
        int mark = mark(hash);
        int slot = home(hash);
        for (int entry = slots[slot]; entry != 0; entry = slots[slot]) {
            if ((entry & ~NUMBER_MASK) == mark && key(number(entry)) == key) {
                return number(entry);
            }
            slot = after(slot);
        }
        return NONE;
    }

    /** Returns the number of {@code key}, which gets one if it has none; {@link #added} tells whether it got one. */
    int intern(long key) {
        int id = find(key);
        added = id == NONE;
        if (added) {
            id = size < capacity ? grown() : recycled();
            key(id, key);
            insert(id, Hashing.mix(key));
            notes(id, REFERENCED);
        } else {
            notes(id, notes(id) | REFERENCED);
        }
        return id;
    }

    /** Returns whether the last call of {@link #intern} met a new key. */
    boolean added() {
        return added;
    }

    /**
     * Counts a read of a key: up to {@link #FREQUENCIES} - 1, each level half as likely as the one before (Morris
     * 1978).
     */
    void count(int id, long random) {
        int frequency = frequency(id);
        if (frequency < FREQUENCIES - 1 && (random & (1L << frequency) - 1) == 0) {
            notes(id, notes(id) + (1 << FREQUENCY_SHIFT));
        }
    }

    void time(int id, long tick) {
        CHARS.set(records, id * RECORD_BYTES + TIME, (char) (tick >> 6));
    }

    /** Returns how long ago the key was read, in 0..8: units of 64 reads, in powers of four. */
    int age(int id, long tick) {
        int units = (int) (tick >> 6) - (char) CHARS.get(records, id * RECORD_BYTES + TIME) & 0xffff;
        return (33 - Integer.numberOfLeadingZeros(units)) / 2;
    }

    int frequency(int id) {
        return notes(id) >>> FREQUENCY_SHIFT & FREQUENCIES - 1;
    }

    /** Returns what was noted of earlier guesses of the key: 2 bits of successes above 2 bits of failures. */
    int history(int id) {
        return notes(id) & HISTORY_MASK;
    }

    /** Notes how a guess of the key ended. */
    void judged(int id, boolean success) {
        int good = history(id) >> 2;
        int bad = history(id) & 3;
        if (success) {
            bad -= good == 3 && bad > 0 ? 1 : 0;
            good = Math.min(3, good + 1);
        } else {
            good -= bad == 3 && good > 0 ? 1 : 0;
            bad = Math.min(3, bad + 1);
        }
        notes(id, notes(id) & ~HISTORY_MASK | good << 2 | bad);
    }

    private int grown() {
        if (size * RECORD_BYTES == records.length) {
            int larger = Math.min(capacity, size + (size >> GROWTH_SHIFT));
            records = Arrays.copyOf(records, larger * RECORD_BYTES);
            slots = new int[slotsFor(larger)];
            for (int id = 0; id < size; id++) {
                insert(id, Hashing.mix(key(id)));
            }
        }
        return size++;
    }

    private int recycled() {
        while ((notes(hand) & REFERENCED) != 0) {
            notes(hand, notes(hand) & ~REFERENCED);
            hand = hand + 1 == size ? 0 : hand + 1;
        }
        int id = hand;
        hand = hand + 1 == size ? 0 : hand + 1;
        delete(id);
        return id;
    }

    private void insert(int id, long hash) {
        int slot = home(hash);
        while (slots[slot] != 0) {
            slot = after(slot);
        }
        slots[slot] = mark(hash) | id + 1;
    }

    private static int mark(long hash) {
        return (int) hash & ~NUMBER_MASK;
    }

    private static int number(int entry) {
        return (entry & NUMBER_MASK) - 1;
    }

    private void delete(int id) {
        int hole = home(Hashing.mix(key(id)));
        while (number(slots[hole]) != id) {
            hole = after(hole);
        }
        // Backward shift: no tombstones, so that probes stay short for ever (Knuth, volume 3, 6.4, algorithm R).
        for (int next = after(hole); slots[next] != 0; next = after(next)) {
            int home = home(Hashing.mix(key(number(slots[next]))));
            if (distance(home, next) >= distance(hole, next)) {
                slots[hole] = slots[next];
                hole = next;
            }
        }
        slots[hole] = 0;
    }

    private int distance(int from, int to) {
        return to >= from ? to - from : to - from + slots.length;
    }

    private int after(int slot) {
        return slot + 1 == slots.length ? 0 : slot + 1;
    }

    private int home(long hash) {
        return Hashing.range(hash, slots.length);
    }

    void write(DataOutput out) throws IOException {
        out.writeInt(size);
        for (int id = 0; id < size; id++) {
            out.writeLong(key(id));
            out.writeByte(notes(id));
        }
    }

    /** Replaces what is here; keys beyond the capacity are an error of the snapshot's. */
    void read(DataInput in) throws IOException {
        int count = in.readInt();
        if (count < 0 || count > capacity) {
            throw new IOException("a snapshot of " + count + " keys does not fit a model of " + capacity);
        }
        size = 0;
        hand = 0;
        Arrays.fill(slots, 0);
        for (int i = 0; i < count; i++) {
            int id = grown();
            key(id, in.readLong());
            notes(id, in.readByte());
            insert(id, Hashing.mix(key(id)));
        }
    }

    long bytes() {
        return records.length + 4L * slots.length;
    }
}
