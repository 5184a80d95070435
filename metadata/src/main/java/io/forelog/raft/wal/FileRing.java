package io.forelog.raft.wal;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The files of a log: those in use, in order, and preallocated ones that wait for their turn. A file goes round: free,
 * in use, free again.
 *
 * <p>Safe for use by several threads. Filling a new file with zeros happens outside the monitor, so that it does not
 * hold up the thread that appends.
 */
final class FileRing implements Closeable {

    private static final String TEMPORARY_PREFIX = "new-";

    /** Of a file, each time that some are freed: one that is needed less often than every 16th time is given back. */
    private static final double FORGOTTEN = 1.0 / 16;

    private final WalStorage storage;
    private final WalConfig config;
    private final Object allocating = new Object();
    private final Deque<LogFile> used = new ArrayDeque<>();
    private final Deque<FreeFile> free = new ArrayDeque<>();
    private long nextSequence = 1;
    private long nextFree = 1;
    /** Files that were in use at once, less a little for each time since that some were freed. */
    private double usedLately;
    private boolean closed;

    FileRing(WalStorage storage, WalConfig config) {
        this.storage = storage;
        this.config = config;
    }

    private record FreeFile(String name, WalFile file) {}

    /** Opens what the directory holds; files in use are returned in order. */
    synchronized List<LogFile> open() throws IOException {
        for (var name : storage.names().stream().sorted().toList()) {
            if (LogFile.isLog(name)) {
                used.add(new LogFile(storage.open(name), LogFile.number(name)));
                nextSequence = LogFile.number(name) + 1;
            } else if (LogFile.isFree(name)) {
                openFree(name);
            } else if (name.startsWith(TEMPORARY_PREFIX)) {
                storage.delete(name);
            }
        }
        return new ArrayList<>(used);
    }

    /** Puts the newest file in use back among the free: it was renamed, and the crash came before its header. */
    synchronized void unborn(LogFile newest) throws IOException {
        used.remove(newest);
        nextSequence = newest.sequence();
        release(newest);
    }

    /** Begins the next file, with its header forced; allocates if none is free. */
    LogFile advance(long previousEnd, int chainSeed) throws IOException {
        ensureFree(1);
        synchronized (this) {
            var taken = free.pop();
            var next = new LogFile(taken.file(), nextSequence++);
            storage.rename(taken.name(), LogFile.name(next.sequence()));
            next.writeHeader(previousEnd, chainSeed);
            used.add(next);
            return next;
        }
    }

    /**
     * Frees files, from the oldest on, all of whose entries are at or below {@code index}; never the newest. As many
     * stay as were needed lately: to fill one with zeros costs the disk as much as what is written to it.
     */
    synchronized void recycle(long index) throws IOException {
        if (used.size() <= 1 || used.element().indexMax() > index) {
            return;
        }
        usedLately = Math.max(used.size(), usedLately - FORGOTTEN);
        while (used.size() > 1 && used.element().indexMax() <= index) {
            release(used.remove());
        }
        while (files() > filesKept() && !free.isEmpty()) {
            delete(free.removeLast());
        }
    }

    /** One more than were in use: the next is made ready when one begins. */
    private int filesKept() {
        return Math.max(config.filesKept(), (int) Math.ceil(usedLately) + 1);
    }

    private void delete(FreeFile surplus) throws IOException {
        surplus.file().close();
        storage.delete(surplus.name());
    }

    synchronized Optional<LogFile> find(long sequence) {
        // The newest are asked for most, and there are few.
        for (var files = used.descendingIterator(); files.hasNext(); ) {
            var file = files.next();
            if (file.sequence() == sequence) {
                return Optional.of(file);
            }
        }
        return Optional.empty();
    }

    synchronized LogFile newest() {
        return used.getLast();
    }

    synchronized int freeFiles() {
        return free.size();
    }

    synchronized int files() {
        return free.size() + used.size();
    }

    /**
     * Makes sure that {@code count} files are free.
     *
     * @throws StorageFullException if the disk or the bound of the ring does not allow it
     */
    void ensureFree(int count) throws IOException {
        if (freeFiles() >= count) {
            return;
        }
        synchronized (allocating) {
            while (freeFiles() < count) {
                allocate();
            }
        }
    }

    /** Closes all files; waits for an allocation that is under way, so that none appears afterwards. */
    @Override
    public void close() throws IOException {
        synchronized (allocating) {
            closeAll();
        }
    }

    private synchronized void closeAll() throws IOException {
        closed = true;
        for (var file : used) {
            file.file().close();
        }
        for (var file : free) {
            file.file().close();
        }
    }

    private void allocate() throws IOException {
        String name;
        synchronized (this) {
            if (closed) {
                throw new IOException("the write-ahead log is closed");
            }
            if (files() >= config.filesMax()) {
                throw new StorageFullException("the write-ahead log has reached its bound of " + config.filesMax()
                        + " files of " + config.fileBytes() + " bytes; a checkpoint frees some");
            }
            name = LogFile.freeName(nextFree++);
        }
        // A crash while zeros are written leaves the temporary name, which is swept at the next start.
        var temporary = TEMPORARY_PREFIX + name;
        var file = storage.allocate(temporary, config.fileBytes());
        storage.rename(temporary, name);
        synchronized (this) {
            free.add(new FreeFile(name, file));
        }
    }

    private void release(LogFile file) throws IOException {
        var name = LogFile.name(file.sequence());
        if (file.file().size() != config.fileBytes()) {
            file.file().close();
            storage.delete(name);
            return;
        }
        var freeName = LogFile.freeName(nextFree++);
        storage.rename(name, freeName);
        free.add(new FreeFile(freeName, file.file()));
    }

    private void openFree(String name) throws IOException {
        nextFree = Math.max(nextFree, LogFile.number(name) + 1);
        var file = storage.open(name);
        if (file.size() == config.fileBytes()) {
            free.add(new FreeFile(name, file));
        } else {
            file.close();
            storage.delete(name);
        }
    }
}
