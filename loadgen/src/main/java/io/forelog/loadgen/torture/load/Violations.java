package io.forelog.loadgen.torture.load;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Promises that were broken, the first ones in full. Safe for use by any thread. */
public final class Violations {

    private static final int KEPT_MAX = 50;

    private final Consumer<String> told;
    private final List<Violation> kept = new ArrayList<>();
    private long count;

    /** @param told a line for each of the first ones, when it is seen: a run may be cut short */
    public Violations(Consumer<String> told) {
        this.told = told;
    }

    /**
     * A promise that was broken.
     *
     * @param promise which one, in a word or two
     * @param detail what was seen where something else was due
     * @param nanoTime when it was seen
     * @param records the records that it is about, by their numbers in the log's ledger
     */
    public record Violation(String promise, String detail, long nanoTime, String log, List<Integer> records) {

        public Violation {
            records = List.copyOf(records);
        }
    }

    public synchronized void add(String promise, String log, String detail, List<Integer> records) {
        count++;
        if (kept.size() < KEPT_MAX) {
            kept.add(new Violation(promise, detail, System.nanoTime(), log, records));
            told.accept("VIOLATION: " + promise + ": " + detail);
        }
    }

    /** Returns how many there were. */
    public synchronized long count() {
        return count;
    }

    /** Returns the first ones, in the order seen. */
    public synchronized List<Violation> first() {
        return List.copyOf(kept);
    }
}
