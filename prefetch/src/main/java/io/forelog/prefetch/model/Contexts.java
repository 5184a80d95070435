package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * The contexts of two and three keys that the chains share. A context gets a place only on the second sighting of
 * the same successor, and only if the shorter context did not foresee that one: as in the TAGE branch predictor
 * (Seznec and Michaud, 2006) a longer history is worth its memory only where a shorter one fails.
 */
final class Contexts {

    private static final int PLACES_OF_OTHERS = 3_500;
    private static final int KEYS_FEW = 2_000;
    private static final int KEYS_MANY = 8_000;

    private final KeyTable keys;
    private final ContextTable table = new ContextTable();
    private final Doorkeeper doorkeeper = new Doorkeeper();

    Contexts(KeyTable keys) {
        this.keys = keys;
    }

    static long hash(int first, int second) {
        return Hashing.mix(first + 1L, second);
    }

    /** Returns the hash of a context that is one key longer than the one hashed to {@code context}. */
    static long longer(long context, int third) {
        return Hashing.mix(context, third);
    }

    /**
     * Three for two keys while these have numbers of two bytes, else for four. Where the keys are few, places make way
     * for what does not grow with them.
     */
    private int placesMax() {
        int size = keys.size();
        int least = size < KEYS_FEW ? size / 16 * 5 : size < KEYS_MANY ? size / 8 * 5 : size / 4 * 3;
        return size < SuccessorRows.NARROW_NUMBERS ? Math.max(least, size / 2 * 3 - PLACES_OF_OTHERS) : least;
    }

    /** Returns the place of a context, valid until the next {@link #learn}, or {@link ContextTable#NONE}. */
    int find(long context) {
        return table.find(context);
    }

    /**
     * Counts a successor of a context.
     *
     * @param place the context's, as {@link #find} tells it
     * @param foreseen whether the shorter context had this successor for the likeliest
     * @param came whether this context had; false if it is not known
     * @return whether this context had, or the shorter one if this one is not known
     */
    boolean learn(int place, long context, int successor, boolean foreseen, boolean came) {
        if (place != ContextTable.NONE) {
            table.count(place, successor);
            if (came && !foreseen) {
                table.useful(place);
            }
            return came;
        }
        doorkeeper.guard(keys.size());
        if (!foreseen && doorkeeper.seen(Hashing.mix(context, successor))) {
            int added = table.add(context, placesMax());
            table.count(added, successor);
            table.count(added, successor);
        }
        return foreseen;
    }

    /** Returns what follows the contexts, by place; valid until the next {@link #learn}. */
    SuccessorRows rows() {
        return table.rows();
    }

    void guess(long context, int firstCell, Guesses guesses) {
        int place = table.find(context);
        if (place != ContextTable.NONE) {
            table.rows().guess(place, 1, firstCell, guesses);
        }
    }

    void write(DataOutput out) throws IOException {
        table.write(out);
    }

    void read(DataInput in) throws IOException {
        table.read(in, keys.size() / 2 * 3, keys.size());
    }

    long bytes() {
        return table.bytes() + doorkeeper.bytes();
    }
}
