package io.forelog.raft.wal;

import io.forelog.raft.wal.EntryIndex.Location;
import io.forelog.raft.wal.LogRecord.Type;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead log of one replica: entries with dense indexes in a ring of preallocated files. Appends gather in
 * memory; {@link #flush()} writes them and forces the file once for all of them.
 *
 * <p>Appends, truncations and {@link #flush()} come from one thread at a time. {@link #read} and {@link #ensureRoom}
 * may be called from any thread meanwhile.
 *
 * <p>After a failed write or force nothing is known of what the disk holds, and a second force may lie (Rebello et
 * al., "Can Applications Recover from fsync Failures?", ATC 2020). The first such failure is therefore final: each
 * later call throws it again, until the log is opened anew.
 */
public final class WriteAheadLog implements AutoCloseable {

    /** Room kept free for what cannot be refused: a new leader's first entry, a membership change, a truncation. */
    public static final int RESERVED_BYTES = 64 << 10;

    /** What an entry takes beyond its payload, at most. */
    public static final int ENTRY_OVERHEAD_BYTES = LogRecord.HEADER_BYTES + LogRecord.ALIGNMENT;

    private static final Logger LOGGER = LoggerFactory.getLogger(WriteAheadLog.class);
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final WalEntry CLOSING = new WalEntry(0, 0, (byte) 0, NOTHING);

    private final WalConfig config;
    private final Executor housekeeping;
    private final FileRing ring;
    private final EntryIndex index = new EntryIndex();
    private final AtomicBoolean preallocating = new AtomicBoolean();
    private final LogTail tail;
    private boolean dirty;
    private @Nullable IOException failure;

    private WriteAheadLog(WalStorage storage, WalConfig config, Executor housekeeping) throws IOException {
        this.config = config;
        this.housekeeping = housekeeping;
        this.ring = new FileRing(storage, config);
        this.tail = recovered();
    }

    /** A log that cannot be opened is tried again, and must not keep its files open each time. */
    private LogTail recovered() throws IOException {
        try {
            return new LogRecovery(ring, index, config.fileBytes()).recover();
        } catch (IOException | RuntimeException e) {
            ring.close();
            throw e;
        }
    }

    /**
     * Opens the log in {@code storage}, or makes one; a torn last write is cut off.
     *
     * @param housekeeping runs the allocation of files ahead of need
     * @throws CorruptLogException if bytes that were once forced have changed
     */
    public static WriteAheadLog open(WalStorage storage, WalConfig config, Executor housekeeping) throws IOException {
        var log = new WriteAheadLog(storage, config, housekeeping);
        log.preallocate(1);
        return log;
    }

    /** Returns the index of the oldest entry, {@link #endIndex()} if there is none. */
    public synchronized long firstIndex() {
        return index.first();
    }

    /** Returns the index after the newest entry. */
    public synchronized long endIndex() {
        return index.end();
    }

    /** Returns the term of an entry that is present. */
    public synchronized int term(long entry) {
        return index.term(entry);
    }

    /** Returns the kind of an entry that is present. */
    public synchronized byte kind(long entry) {
        return index.get(entry).kind();
    }

    /** Returns the size of the payload of an entry that is present. */
    public synchronized int payloadBytes(long entry) {
        return index.get(entry).payloadBytes();
    }

    /** Returns bytes taken on disk, free files included. */
    public long diskBytes() {
        return (long) ring.files() * config.fileBytes();
    }

    /**
     * Appends an entry, whose index is {@link #endIndex()}. It is durable after the next {@link #flush()}.
     *
     * @throws StorageFullException if there is no room; nothing was written
     */
    public void append(WalEntry entry) throws IOException {
        mutate(() -> {
            if (entry.index() != index.end()) {
                throw new IllegalArgumentException("entry " + entry.index() + " after " + (index.end() - 1));
            }
            index.add(tail.put(Type.ENTRY, entry));
        });
        if (tail.rolled() && preallocating.compareAndSet(false, true)) {
            housekeeping.execute(() -> {
                preallocate(1);
                preallocating.set(false);
            });
        }
    }

    /** Voids all entries from {@code from} on. Durable after the next {@link #flush()}. */
    public void truncateFrom(long from) throws IOException {
        mutate(() -> {
            tail.put(Type.TRUNCATE, new WalEntry(from, 0, (byte) 0, NOTHING));
            index.truncateFrom(from);
        });
    }

    /** Voids all entries; the next one appended has index {@code next}. Durable after the next {@link #flush()}. */
    public void reset(long next) throws IOException {
        mutate(() -> {
            tail.put(Type.RESET, new WalEntry(next, 0, (byte) 0, NOTHING));
            index.reset(next);
        });
    }

    /** Lets entries up to and including {@code last} go; files that hold only such entries are used again. */
    public void truncateUntil(long last) throws IOException {
        mutate(() -> {
            index.truncateBelow(last + 1);
            ring.recycle(last);
        });
    }

    /** Hands all appends to the operating system: they survive the process, though not the machine. */
    public void write() throws IOException {
        synchronized (this) {
            checkUsable();
            guarded(tail::write);
        }
    }

    /** Makes all appends durable; does nothing if there are none. */
    public void flush() throws IOException {
        synchronized (this) {
            checkUsable();
            if (!dirty) {
                return;
            }
            guarded(tail::write);
        }
        // Without the monitor: reads for followers that lag do not wait for the disk.
        try {
            tail.force();
        } catch (IOException e) {
            throw failed(e);
        }
        synchronized (this) {
            dirty = false;
        }
    }

    /**
     * Reads an entry again.
     *
     * @throws EntryGoneException if there is no entry of this index and term any more
     * @throws CorruptLogException if it has changed on disk; final, like a failed write
     */
    public WalEntry read(long entry, int term) throws IOException {
        while (true) {
            var location = locate(entry, term);
            var file = ring.find(location.file());
            if (file.isPresent()) {
                var bytes = ByteBuffer.allocate(LogRecord.HEADER_BYTES + location.payloadBytes());
                file.get().file().read(bytes, location.position());
                bytes.flip();
                if (LogRecord.valid(bytes, 0, location.file()) && LogRecord.index(bytes, 0) == entry) {
                    return LogRecord.entry(bytes, 0);
                }
            }
            // Either its file was recycled while it was read, and it cannot be located any more; or it is damaged.
            if (locate(entry, term).equals(location)
                    && ring.find(location.file()).isPresent()) {
                throw damaged(new CorruptLogException("entry " + entry + " of term " + term + " in "
                        + LogFile.name(location.file()) + " at " + location.position() + " has changed on disk"));
            }
        }
    }

    /**
     * Ends the log with a record that says that all before it was forced, so that who opens it next does not take the
     * damage for a torn write, and cut off what was acknowledged.
     */
    private synchronized IOException damaged(CorruptLogException damage) {
        try {
            checkUsable();
            tail.write();
            tail.force();
            tail.put(Type.CLOSE, CLOSING);
            tail.write();
            tail.force();
        } catch (IOException e) {
            damage.addSuppressed(e);
        }
        return failed(damage);
    }

    /**
     * Makes sure that entries of {@code bytes} in all can be appended, and allocates if need be.
     *
     * @param largest size of the largest entry among them
     * @throws StorageFullException if they cannot; nothing was written
     */
    public void ensureRoom(long bytes, int largest) throws IOException {
        var record = (long) LogRecord.size(largest);
        long current;
        synchronized (this) {
            checkUsable();
            // At a file's end less than the largest record may stay unused.
            current = Math.max(0, tail.remaining() - record);
        }
        var missing = bytes + RESERVED_BYTES - current;
        if (missing > 0) {
            var usable = Math.max(record, config.fileBytes() - LogFile.HEADER_BYTES - record);
            ring.ensureFree((int) Math.min(config.filesMax() + 1L, (missing + usable - 1) / usable));
        }
    }

    /** Forces what was appended and closes in order. */
    @Override
    public void close() throws IOException {
        try {
            flush();
            mutate(() -> tail.put(Type.CLOSE, CLOSING));
            flush();
        } finally {
            ring.close();
        }
    }

    /** Closes the files without writing anything: what a crash leaves, or a replica that stopped on an error. */
    public void abandon() throws IOException {
        failed(new IOException("the log was abandoned"));
        ring.close();
    }

    private synchronized Location locate(long entry, int term) throws IOException {
        checkUsable();
        if (!index.contains(entry) || index.term(entry) != term) {
            throw new EntryGoneException("entry " + entry + " of term " + term + " is gone");
        }
        var location = index.get(entry);
        if (tail.isStaged(location)) {
            guarded(tail::write);
        }
        return location;
    }

    private void preallocate(int files) {
        try {
            ring.ensureFree(files);
        } catch (IOException e) {
            // Not an error yet: whoever needs the room is told, and what is there can be read.
            LOGGER.warn("no file of the write-ahead log could be allocated ahead: {}", e.getMessage());
        }
    }

    private interface Mutation {
        void run() throws IOException;
    }

    private synchronized void mutate(Mutation mutation) throws IOException {
        checkUsable();
        guarded(mutation);
        dirty = true;
    }

    private void guarded(Mutation mutation) throws IOException {
        try {
            mutation.run();
        } catch (StorageFullException e) {
            throw e;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private synchronized IOException failed(IOException cause) {
        if (failure == null) {
            failure = cause;
        }
        return cause;
    }

    private void checkUsable() throws IOException {
        if (failure != null) {
            throw new IOException("the log failed before: " + failure.getMessage(), failure);
        }
    }
}
