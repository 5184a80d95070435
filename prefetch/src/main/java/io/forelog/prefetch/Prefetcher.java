package io.forelog.prefetch;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.forelog.prefetch.model.Follower;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;

/**
 * Learns from every read, guesses what follows, and fetches what is likely enough before it is asked for.
 *
 * <p>Threads: {@link #onRead} and {@link #onUnused} put an event into a ring and return, so that any number of event
 * loops may call them; they take no lock and allocate nothing. One task at a time on the executor takes the events
 * out and does the rest, in order; a {@link ConfinedPrefetcher} does that rest without threads. When events come faster
 * than they are learnt from, they are dropped and counted: a read is never slowed down.
 */
public final class Prefetcher {

    /** As few readers as may be behind a pair of keys that {@link #coAccess} tells. */
    public static final int CO_ACCESS_READERS_MIN = 3;

    private static final int READ = 8;
    private static final int UNUSED = 16;
    private static final int DONE = 32;
    private static final int BATCH = 256;
    private static final ReadOutcome[] OUTCOMES = ReadOutcome.values();
    private static final FetchOutcome[] FETCHES = FetchOutcome.values();

    private final PrefetchConfig config;
    private final PrefetchTarget target;
    private final LongSupplier clock;
    private final LongSupplier calendar;
    private final Executor executor;
    private final LongUnaryOperator shardOf;
    private final EventRing ring;
    private final EventRing completions;
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final LongAdder dropped = new LongAdder();
    private final EventRing.Handler handler = this::handle;
    private final Runnable draining = this::drain;
    private volatile boolean fetching = true;

    /** Guarded by this prefetcher's monitor, which the draining task holds for a batch at a time. */
    private PrefetchCore core;

    /**
     * @param clock of nanoseconds, or of any other unit: only differences count
     * @param calendar tells milliseconds since some midnight, for what is read at regular hours
     * @param executor runs the learning and starts the fetches, one task at a time
     * @param shardOf the shard of a key, as {@link ModelKey#logAndShard} tells it
     */
    public Prefetcher(
            PrefetchConfig config,
            PrefetchTarget target,
            LongSupplier clock,
            LongSupplier calendar,
            Executor executor,
            LongUnaryOperator shardOf) {
        this.config = config;
        this.target = target;
        this.clock = clock;
        this.calendar = calendar;
        this.executor = executor;
        this.shardOf = shardOf;
        ring = new EventRing(config.eventsMax());
        completions = new EventRing(config.inFlightMax() * 2);
        core = newCore();
    }

    private PrefetchCore newCore() {
        return new PrefetchCore(config, target, clock, calendar, shardOf, this::start);
    }

    /**
     * Learns from a read that was answered. Any thread; returns at once.
     *
     * @param reader who read; any number
     * @param key what was read, or {@link ModelKey#NONE}, which is ignored
     */
    public void onRead(long reader, long key, ReadOutcome outcome) {
        if (key == ModelKey.NONE) {
            return;
        }
        if (!ring.offer(READ + outcome.ordinal(), reader, key)) {
            dropped.increment();
        }
        schedule();
    }

    /** Learns that a prefetched entry was evicted without a hit. Any thread; returns at once. */
    public void onUnused(long key) {
        if (!ring.offer(UNUSED, 0, key)) {
            dropped.increment();
        }
        schedule();
    }

    /** Switches fetching on or off; learning goes on. Any thread. */
    public void fetching(boolean on) {
        fetching = on;
    }

    /** Returns whether fetching is switched on. */
    public boolean isFetching() {
        return fetching;
    }

    private void start(long key) {
        target.fetch(key, outcome -> onDone(key, outcome));
    }

    private void onDone(long key, FetchOutcome outcome) {
        // Cannot be full: it has room for twice the fetches under way.
        completions.offer(DONE + outcome.ordinal(), 0, key);
        schedule();
    }

    private void schedule() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            executor.execute(draining);
        }
    }

    private void drain() {
        do {
            int handled;
            do {
                handled = drainBatch();
            } while (handled == BATCH);
            scheduled.set(false);
            // An event that came after the last poll, and saw the task still scheduled, is taken by this one.
        } while (!(ring.isEmpty() && completions.isEmpty()) && scheduled.compareAndSet(false, true));
    }

    private synchronized int drainBatch() {
        int handled = 0;
        while (handled < BATCH && (completions.poll(handler) || ring.poll(handler))) {
            handled++;
        }
        return handled;
    }

    private void handle(int kind, long reader, long key) {
        if (kind >= DONE) {
            core.done(key, FETCHES[kind - DONE]);
        } else if (kind >= UNUSED) {
            core.unused(key);
        } else {
            core.read(reader, key, OUTCOMES[kind - READ], fetching);
        }
    }

    /** Returns what became of the prefetches. Any thread; waits at most for a batch of events to be learnt from. */
    public synchronized PrefetchStatistics statistics() {
        return core.statistics(fetching, dropped.sum());
    }

    /** Writes what was learnt of keys, for {@link #restore} after a restart or elsewhere. Holds up the learning. */
    public synchronized void snapshot(OutputStream out) throws IOException {
        ModelSnapshot.write(config, core, out);
    }

    /**
     * Takes over what another prefetcher has learnt, instead of what this one has. To be called before the first
     * read.
     *
     * @throws IOException if these are not the whole, unaltered bytes of a snapshot, or one of another version, of
     *     other sources or of a larger model; this prefetcher then begins with nothing
     */
    public synchronized void restore(InputStream in) throws IOException {
        try {
            ModelSnapshot.read(config, core, in);
        } catch (IOException e) {
            core = newCore();
            throw e;
        }
    }

    /**
     * Writes what was learnt to a file, which is there whole or as it was before.
     *
     * @throws IOException if it cannot be written
     */
    public void save(Path file) throws IOException {
        var bytes = new ByteArrayOutputStream();
        snapshot(bytes);
        var beside = file.resolveSibling(file.getFileName() + ".new");
        try (var channel = FileChannel.open(beside, CREATE, WRITE, TRUNCATE_EXISTING)) {
            var all = ByteBuffer.wrap(bytes.toByteArray());
            while (all.hasRemaining()) {
                channel.write(all);
            }
            channel.force(true);
        }
        Files.move(beside, file, ATOMIC_MOVE, REPLACE_EXISTING);
    }

    /**
     * Takes over what {@link #save} wrote. To be called before the first read.
     *
     * @return false, and nothing is learnt, if there is no such file
     * @throws IOException as of {@link #restore}, with the file's name
     */
    public boolean load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        try (var in = Files.newInputStream(file)) {
            restore(in);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
        return true;
    }

    /**
     * Writes what was learnt of the keys of one shard, for {@link #importShard} on the node that it moves to: what
     * follows each of them. Longer contexts are learnt anew there. Holds up the learning.
     *
     * @param shard as {@code shardOf} tells it
     * @param bytesMax what may be written; keys that are read seldom are left out for it
     */
    public synchronized void exportShard(long shard, long bytesMax, OutputStream out) throws IOException {
        ModelSnapshot.writeShard(config, core, key -> shardOf.applyAsLong(key) == shard, bytesMax, out);
    }

    /**
     * Adds what another prefetcher learnt of a shard to what this one knows. Any time.
     *
     * @throws IOException if these are not the whole, unaltered bytes that {@link #exportShard} wrote; nothing was
     *     learnt from them
     */
    public synchronized void importShard(InputStream in) throws IOException {
        ModelSnapshot.readShard(config, core, in);
    }

    /**
     * Returns what is read directly after {@code key}, the likeliest first: only what at least {@link
     * #CO_ACCESS_READERS_MIN} different readers read so, since anything else would tell what one of them reads.
     */
    public synchronized List<Follower> coAccess(long key) {
        return core.model().followers(key, CO_ACCESS_READERS_MIN);
    }
}
