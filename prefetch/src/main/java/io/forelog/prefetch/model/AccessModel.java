package io.forelog.prefetch.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Learns from every read and guesses what follows. Confined to one thread at a time.
 *
 * <p>Memory is bounded: tables grow with what they learn up to their share of the bound, then forget what was not
 * used lately.
 */
public final class AccessModel {

    private static final int BYTES_PER_KEY = 128;

    private final KeyTable keys;
    private final ReaderTable readers;
    private final List<CandidateSource> sources = new ArrayList<>();
    private final List<Source> cellSources = new ArrayList<>();
    private final Read read = new Read();
    private final History history = new History();
    private double readerGap = 1;

    /**
     * @param sources which sources are used
     * @param bytesMax the bound on memory
     */
    public AccessModel(Set<Source> sources, long bytesMax) {
        int keysMax = (int) Math.min(1 << 26, Math.max(256, bytesMax / BYTES_PER_KEY));
        keys = new KeyTable(keysMax);
        readers = new ReaderTable(Math.max(64, keysMax / 8));
        read.global1 = KeyTable.NONE;
        read.global2 = KeyTable.NONE;
        if (sources.contains(Source.STREAM)) {
            add(Source.STREAM, new StreamSource(cellSources.size()));
        }
        if (sources.contains(Source.READER_MARKOV) || sources.contains(Source.LOOK_AHEAD)) {
            var chain = new MarkovSource(keys, cellSources.size(), false, 3, keysMax, false);
            add(Source.READER_MARKOV, chain);
            if (sources.contains(Source.LOOK_AHEAD)) {
                add(Source.LOOK_AHEAD, new LookAheadSource(keys, cellSources.size(), chain));
            }
        }
        if (sources.contains(Source.GLOBAL_MARKOV)) {
            add(Source.GLOBAL_MARKOV, new MarkovSource(keys, cellSources.size(), true, 1, keysMax, false));
        }
        if (sources.contains(Source.DELAYED_MARKOV)) {
            add(Source.DELAYED_MARKOV, new MarkovSource(keys, cellSources.size(), true, 3, keysMax, true));
        }
        if (sources.contains(Source.CO_ACCESS)) {
            add(Source.CO_ACCESS, new CoAccessSource(keys, cellSources.size(), keysMax));
        }
    }

    private void add(Source name, CandidateSource source) {
        sources.add(source);
        for (int i = 0; i < source.cells(); i++) {
            cellSources.add(name);
        }
    }

    /** Returns how many cells the guesses of all sources are sorted into. */
    public int cells() {
        return cellSources.size();
    }

    /** Returns the source that a cell belongs to. */
    public Source source(int cell) {
        return cellSources.get(cell);
    }

    /**
     * Learns that {@code reader} read {@code key}, and guesses what follows.
     *
     * @param now the clock's time, in any unit
     * @param latency what a fetch takes, in the same unit
     * @param guesses filled, in no order; a key may be in it more than once
     */
    public void onRead(long reader, long key, long now, double latency, Guesses guesses) {
        int number = readers.intern(reader);
        read.reader = reader;
        read.key = key;
        read.id = keys.intern(key);
        read.before1 = readers.last(number, 1);
        read.before2 = readers.last(number, 2);
        read.before3 = readers.last(number, 3);
        read.tick++;
        if (readers.lastTick(number) != Long.MIN_VALUE) {
            // The median, by steps in proportion: one long pause must not count for a thousand short gaps.
            readerGap *= now - readers.lastTick(number) > readerGap ? 1.01 : 0.99;
        }
        read.latencyTicks = latency;
        read.stepsLate = (int) Math.min(64, Math.round(latency / readerGap));
        delay(number);
        guesses.clear();
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).observe(read);
        }
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).guess(read, guesses);
        }
        keys.read(read.id, read.tick);
        long before = readers.position(number);
        readers.push(number, read.id, now, history.position());
        history.add(read.id, before);
        read.global2 = read.global1;
        read.global1 = read.id;
    }

    private void delay(int number) {
        // Steps of powers of two: a latency that wavers must not shift every context that was learnt.
        read.delay = read.stepsLate == 0 ? 0 : Integer.highestOneBit(read.stepsLate * 4 / 3);
        if (EXACT) read.delay = read.stepsLate;
        read.delayed1 = KeyTable.NONE;
        if (read.delay > 0) {
            long at = readers.position(number);
            for (int i = 0; i < read.delay; i++) {
                at = history.before(at);
            }
            read.delayed1 = history.id(at);
            at = history.before(at);
            read.delayed2 = history.id(at);
            at = history.before(at);
            read.delayed3 = history.id(at);
        }
    }
    static final boolean EXACT = true;

    /** Returns the number of a key, or -1. */
    public int id(long key) {
        return keys.find(key);
    }

    /** Returns 0..7: how long ago, in powers of four of reads, the key was read. */
    public int recency(int id) {
        int age = (int) read.tick - keys.lastTick(id);
        return Math.min(11, (32 - Integer.numberOfLeadingZeros(Math.max(0, age))) / 2);
    }

    /** Returns 0..7: how often the key was read, in powers of two. */
    public int frequency(int id) {
        return 31 - Integer.numberOfLeadingZeros(Math.max(1, keys.reads(id)));
    }

    /** Returns 0..15: how earlier guesses of the key ended. */
    public int history(int id) {
        return keys.history(id);
    }

    public void judged(long key, boolean success) {
        int id = keys.find(key);
        if (id < 0) {
            return;
        }
        int h = keys.history(id);
        int good = h >> 2;
        int bad = h & 3;
        if (success) {
            if (good == 3) {
                bad = Math.max(0, bad - 1);
            } else {
                good++;
            }
        } else if (bad == 3) {
            good = Math.max(0, good - 1);
        } else {
            bad++;
        }
        keys.history(id, good << 2 | bad);
    }

    public long trackedKeys() {
        return keys.size();
    }

    public long readers() {
        return readers.size();
    }

    /** Returns the memory that all tables take. */
    public long bytes() {
        long bytes = keys.bytes() + readers.bytes() + history.bytes();
        for (var source : sources) {
            bytes += source.bytes();
        }
        return bytes;
    }
}
