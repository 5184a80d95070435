package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Learns from every read and guesses what follows. Confined to one thread at a time; the same reads lead to the
 * same guesses.
 *
 * <p>Memory: tables grow with the keys they learn, at most {@link #BYTES_PER_KEY} for each, up to the bound; then
 * they forget what was not used lately. Readers are bounded likewise, and take their bytes from the same bound.
 */
public final class AccessModel {

    /** The most memory that the tables take for a key, once there are some thousand. */
    public static final int BYTES_PER_KEY = 64;

    private static final int BYTES_PER_READER = 56;
    private static final int KEYS_MIN = 1024;
    private static final int READERS_MIN = 256;
    private static final int LATE_MAX = 64;

    private final KeyTable keys;
    private final ReaderTable readers;
    private final SuccessorRows nextRows = new SuccessorRows();
    private final SuccessorRows windowRows = new SuccessorRows();
    private final Contexts contexts;
    private final History history = new History();
    private final List<CandidateSource> sources = new ArrayList<>();
    private final List<Source> cellSources = new ArrayList<>();
    private final Read read = new Read();
    /** Time between two reads of one reader, and of any. */
    private double readerPause = 1;
    private double pause = 1;
    private long lastRead;

    /**
     * @param sources which sources are used
     * @param bytesMax the bound on memory
     */
    public AccessModel(Set<Source> sources, long bytesMax) {
        long readerBytes = bytesMax / 8;
        int readersMax = Math.clamp(readerBytes / BYTES_PER_READER, READERS_MIN, 1 << 24);
        keys = new KeyTable(Math.clamp((bytesMax - readerBytes) / BYTES_PER_KEY, KEYS_MIN, SuccessorCounts.NUMBERS));
        readers = new ReaderTable(readersMax);
        contexts = new Contexts(keys);
        if (sources.contains(Source.STREAM)) {
            add(Source.STREAM, new StreamSource(cells()));
        }
        if (sources.contains(Source.MARKOV) || sources.contains(Source.LOOK_AHEAD)) {
            var chain = new MarkovSource(keys, nextRows, contexts, cells());
            add(Source.MARKOV, chain);
            if (sources.contains(Source.LOOK_AHEAD)) {
                add(Source.LOOK_AHEAD, new LookAheadSource(keys, chain, cells()));
            }
        }
        if (sources.contains(Source.DELAYED_MARKOV)) {
            add(Source.DELAYED_MARKOV, new DelayedMarkovSource(windowRows, contexts, cells()));
        }
        if (sources.contains(Source.CO_ACCESS)) {
            add(Source.CO_ACCESS, new CoAccessSource(keys, windowRows, history, cells()));
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
        read.tick++;
        read.reader = number;
        read.key = key;
        read.id = intern(key);
        read.before1 = readers.last(number, 1);
        read.before2 = readers.last(number, 2);
        read.before3 = readers.last(number, 3);
        read.late = late(number, now, latency);
        if (read.late > 0) {
            delay(readers.position(number));
        }
        guesses.clear();
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).observe(read);
        }
        for (int i = 0; i < sources.size(); i++) {
            sources.get(i).guess(read, guesses);
        }
        keys.time(read.id, read.tick);
        history.add(number, read.id, readers.position(number));
        readers.push(number, read.id, now, history.position() - 1);
    }

    private int intern(long key) {
        int id = keys.intern(key);
        if (keys.added()) {
            nextRows.reset(id);
            windowRows.reset(id);
        }
        keys.count(id, Hashing.mix(read.tick));
        return id;
    }

    private int late(int reader, long now, double latency) {
        if (readers.position(reader) >= 0) {
            readerPause = towards(readerPause, now - readers.time(reader));
        }
        if (read.tick > 1) {
            pause = towards(pause, now - lastRead);
        }
        lastRead = now;
        read.lateTicks = Math.max(0, latency / pause - 1);
        return Math.clamp(Math.round(latency / readerPause) - 1, 0, LATE_MAX);
    }

    /** The median, by steps in proportion: one long pause must not count for a thousand short ones. */
    private static double towards(double median, long pause) {
        return Math.max(1e-3, median * (pause > median ? 1.01 : 0.99));
    }

    private void delay(long lastPosition) {
        long at = lastPosition;
        for (int i = 0; i < read.late; i++) {
            at = history.before(at);
        }
        read.delayed1 = history.id(at);
        at = history.before(at);
        read.delayed2 = history.id(at);
        at = history.before(at);
        read.delayed3 = history.id(at);
    }

    /** Returns the number of a key, or -1 if it is not known. */
    public int id(long key) {
        return keys.find(key);
    }

    /** Returns how often the key of a number was read, in 0..7, each step about twice as often. */
    public int frequency(int id) {
        return keys.frequency(id);
    }

    /** Returns how earlier guesses of the key of a number ended, in 0..15. */
    public int history(int id) {
        return keys.history(id);
    }

    /** Returns how long ago the key of a number was read, in 0..8, each step about four times as long. */
    public int age(int id) {
        return keys.age(id, read.tick);
    }

    /** Notes how a guess of {@code key} ended. */
    public void judged(long key, boolean success) {
        int id = keys.find(key);
        if (id != KeyTable.NONE) {
            keys.judged(id, success);
        }
    }

    /** Returns the time between two reads, of any reader, by the clock. */
    public double pause() {
        return pause;
    }

    public long trackedKeys() {
        return keys.size();
    }

    public long readers() {
        return readers.size();
    }

    /** Returns the memory that all tables take. */
    public long bytes() {
        long bytes = keys.bytes() + readers.bytes() + nextRows.bytes() + windowRows.bytes() + contexts.bytes()
                + history.bytes();
        for (var source : sources) {
            bytes += source.bytes();
        }
        return bytes;
    }

    /** Writes what was learnt of keys; readers come again by themselves. */
    public void write(DataOutput out) throws IOException {
        keys.write(out);
        nextRows.write(out, keys.size());
        windowRows.write(out, keys.size());
        contexts.write(out);
    }

    /**
     * Replaces what was learnt of keys by what {@link #write} wrote.
     *
     * @throws IOException if that was a model of a larger bound; this one is then to be thrown away
     */
    public void read(DataInput in) throws IOException {
        keys.read(in);
        nextRows.read(in, keys.size());
        windowRows.read(in, keys.size());
        contexts.read(in);
    }
}
