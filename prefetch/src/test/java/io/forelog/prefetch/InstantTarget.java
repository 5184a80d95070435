package io.forelog.prefetch;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** A cache that holds what was fetched last, and fetches at once or, if it is told to, when it is told to. */
final class InstantTarget implements PrefetchTarget {

    private static final int FETCHED_MAX = 100_000;

    /** What was fetched first. */
    final List<Long> fetched = new ArrayList<>();

    final List<Consumer<FetchOutcome>> waiting = new ArrayList<>();
    boolean hold;
    /** How often it was asked whether it has a key. */
    int asked;

    private final int entriesMax;
    private final Set<Long> entries = new LinkedHashSet<>();
    private final Set<Long> prefetched = new HashSet<>();

    InstantTarget(int entriesMax) {
        this.entriesMax = entriesMax;
    }

    /** Reads a key as a node does, and returns who answered. */
    ReadOutcome read(long key) {
        if (entries.contains(key)) {
            return prefetched.remove(key) ? ReadOutcome.PREFETCHED_HIT : ReadOutcome.HIT;
        }
        add(key);
        return ReadOutcome.MISS;
    }

    private void add(long key) {
        entries.add(key);
        if (entries.size() > entriesMax) {
            long oldest = entries.iterator().next();
            entries.remove(oldest);
            prefetched.remove(oldest);
        }
    }

    @Override
    public boolean present(long key) {
        asked++;
        return entries.contains(key);
    }

    @Override
    public boolean expected(long key) {
        return present(key);
    }

    @Override
    public void fetch(long key, Consumer<FetchOutcome> done) {
        if (fetched.size() < FETCHED_MAX) {
            fetched.add(key);
        }
        if (hold) {
            waiting.add(done);
            return;
        }
        add(key);
        prefetched.add(key);
        done.accept(FetchOutcome.FETCHED);
    }

    @Override
    public long capacityEntries() {
        return entriesMax;
    }
}
