package io.forelog.prefetch.model;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Learns from every read and guesses what follows. Confined to one thread at a time; the same reads lead to the
 * same guesses.
 *
 * <p>Memory: tables grow with the keys they learn, at most {@link #BYTES_PER_KEY} for each, up to the bound; then
 * they forget what was not used lately. Readers are bounded in proportion to the keys.
 */
public final class AccessModel {

    /** How many {@link #lastAge} tells apart. */
    public static final int AGES = 10;

    /** The most memory that the tables take for a key; what does not grow with the keys comes on top. */
    public static final int BYTES_PER_KEY = 64;

    private static final int KEYS_MIN = 512;
    /** A reader takes half a key's bytes: with one for every eight keys they take little of the bound. */
    private static final int KEYS_PER_READER = 8;

    private static final int READERS_MIN = 128;
    private static final int LATE_MAX = 64;
    private static final int SUCCESSORS = 4;

    private final KeyTable keys;
    private final ReaderTable readers = new ReaderTable();
    private final SuccessorRows nextRows = new SuccessorRows(SUCCESSORS);
    private final SuccessorRows windowRows = new SuccessorRows(SUCCESSORS);
    private final Contexts contexts;
    private final KeyTransfer transfer;
    private final History history = new History();
    private final PairReaders pairReaders = new PairReaders();
    private final @Nullable HourOfDaySource hours;
    private CandidateSource[] sources = {};
    /** By cell. */
    private Source[] cellSources = {};

    private final Read read = new Read();
    /** Time between two reads of one reader, and of any. */
    private double readerPause = 1;

    private double pause = 1;
    private long lastRead;

    /**
     * @param sources which sources are used
     * @param bytesMax the bound on the memory of what grows with the keys; the rest takes some hundred KiB at most
     */
    public AccessModel(Set<Source> sources, long bytesMax) {
        keys = new KeyTable(Math.clamp(bytesMax / BYTES_PER_KEY, KEYS_MIN, SuccessorRows.NUMBERS - 1));
        contexts = new Contexts(keys);
        transfer = new KeyTransfer(keys, List.of(nextRows, windowRows));
        if (sources.contains(Source.STREAM)) {
            add(Source.STREAM, new StreamSource(keys, cells()));
        }
        if (sources.contains(Source.MARKOV) || sources.contains(Source.LOOK_AHEAD)) {
            var chain = new MarkovSource(nextRows, contexts, cells());
            if (sources.contains(Source.MARKOV)) {
                add(Source.MARKOV, chain);
            }
            if (sources.contains(Source.LOOK_AHEAD)) {
                add(Source.LOOK_AHEAD, new LookAheadSource(chain, !sources.contains(Source.MARKOV), cells()));
            }
        }
        if (sources.contains(Source.DELAYED_MARKOV)) {
            add(Source.DELAYED_MARKOV, new DelayedMarkovSource(windowRows, contexts, cells()));
        }
        if (sources.contains(Source.CO_ACCESS)) {
            add(Source.CO_ACCESS, new CoAccessSource(windowRows, history, cells()));
        }
        hours = sources.contains(Source.HOUR_OF_DAY) ? new HourOfDaySource(keys, cells()) : null;
        if (hours != null) {
            add(Source.HOUR_OF_DAY, hours);
        }
    }

    private void add(Source name, CandidateSource source) {
        sources = Arrays.copyOf(sources, sources.length + 1);
        sources[sources.length - 1] = source;
        int cells = cellSources.length;
        cellSources = Arrays.copyOf(cellSources, cells + source.cells());
        Arrays.fill(cellSources, cells, cellSources.length, name);
    }

    /** Returns how many cells the guesses of all sources are sorted into. */
    public int cells() {
        return cellSources.length;
    }

    /** Returns the source that a cell belongs to. */
    public Source source(int cell) {
        return cellSources[cell];
    }

    /**
     * Learns that {@code reader} read {@code key}.
     *
     * @param now the clock's time, in any unit
     * @param millis what the calendar says: milliseconds since some midnight
     * @param latency what a fetch takes, in the same unit
     */
    public void onRead(long reader, long key, long now, long millis, double latency) {
        read.tick++;
        read.reader = ReaderTable.tag(reader);
        read.key = key;
        read.millis = millis;
        read.id = intern(key);
        read.age = keys.added() ? AGES - 1 : keys.age(read.id, read.tick);
        int place = readers.place(read.reader, (int) read.tick, Math.max(READERS_MIN, keys.size() / KEYS_PER_READER));
        read.before1 = readers.last(place, 1);
        read.before2 = readers.last(place, 2);
        read.before3 = readers.last(place, 3);
        long before = read.before1 == KeyTable.NONE ? -1 : history.position() - (int) (read.tick - readers.tick(place));
        read.late = late(place, now, latency);
        if (read.late > 0) {
            delay(before);
        }
        for (var source : sources) {
            source.observe(read);
        }
        if (read.before1 != KeyTable.NONE) {
            pairReaders.note(read.before1, read.id, read.reader, keys.size());
        }
        keys.time(read.id, read.tick);
        history.add(read.reader, read.id, before, keys.size());
        readers.push(place, read.id, now, (int) read.tick);
    }

    /**
     * Guesses what follows the last read.
     *
     * @param guesses filled, in no order; a key may be in it more than once
     */
    public void guess(Guesses guesses) {
        guesses.clear();
        for (var source : sources) {
            source.guess(read, guesses);
        }
    }

    private int known(long key) {
        int id = keys.intern(key);
        if (keys.added()) {
            nextRows.reset(id);
            windowRows.reset(id);
            if (hours != null) {
                hours.reset(id);
            }
        }
        return id;
    }

    private int intern(long key) {
        int id = known(key);
        keys.count(id, Hashing.mix(read.tick));
        return id;
    }

    private int late(int place, long now, double latency) {
        if (read.before1 != KeyTable.NONE) {
            readerPause = towards(readerPause, now - readers.time(place));
        }
        if (read.tick > 1) {
            pause = towards(pause, now - lastRead);
        }
        lastRead = now;
        read.lateTicks = Math.max(0, latency / pause - 1);
        // Not Math.round, which changes the processor's way of rounding and back.
        return Math.clamp((long) (latency / readerPause + 0.5) - 1, 0, LATE_MAX);
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

    /** Returns the key of a number. */
    public long key(int id) {
        return keys.key(id);
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

    /** Returns how long its key had not been read before the last read, as {@link #age}, or 9 if it was not known. */
    public int lastAge() {
        return read.age;
    }

    /**
     * Notes how a guess of {@code key} ended.
     *
     * @param likely the number that it had when it was guessed, or -1
     */
    public void judged(long key, int likely, boolean success) {
        int id = likely >= 0 && likely < keys.size() && keys.key(likely) == key ? likely : keys.find(key);
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
        long bytes = keys.bytes()
                + readers.bytes()
                + nextRows.bytes()
                + windowRows.bytes()
                + contexts.bytes()
                + history.bytes()
                + pairReaders.bytes();
        for (var source : sources) {
            bytes += source.bytes();
        }
        return bytes;
    }

    /** Returns what at least so many readers read directly after a key, the likeliest first. */
    public List<Follower> followers(long key, int readersMin) {
        int id = keys.find(key);
        var followers = new ArrayList<Follower>(SUCCESSORS);
        for (int i = 0; id != KeyTable.NONE && i < SUCCESSORS; i++) {
            int successor = nextRows.successor(id, i);
            if (nextRows.count(id, i) > 0 && pairReaders.atLeast(id, successor) >= readersMin) {
                followers.add(new Follower(keys.key(successor), nextRows.share(id, i)));
            }
        }
        followers.sort(Comparator.comparingDouble(Follower::probability).reversed());
        return followers;
    }

    /** Writes what follows each of the keys that are asked for, as {@link KeyTransfer#write} does. */
    public void writeKeys(LongPredicate wanted, long bytesMax, DataOutput out) throws IOException {
        transfer.write(wanted, bytesMax, out);
    }

    /** Adds what {@link #writeKeys} wrote to what is known. */
    public void mergeKeys(DataInput in) throws IOException {
        transfer.read(in, this::known);
    }

    /** Writes what was learnt of keys; readers come again by themselves. */
    public void write(DataOutput out) throws IOException {
        keys.write(out);
        nextRows.write(out, keys.size());
        windowRows.write(out, keys.size());
        contexts.write(out);
        if (hours != null) {
            hours.write(out);
        }
    }

    /**
     * Replaces what was learnt of keys by what {@link #write} wrote.
     *
     * @throws IOException if that was a model of a larger bound; this one is then to be thrown away
     */
    public void read(DataInput in) throws IOException {
        keys.read(in);
        nextRows.read(in, keys.size(), keys.size());
        windowRows.read(in, keys.size(), keys.size());
        contexts.read(in);
        if (hours != null) {
            hours.read(in);
        }
    }
}
