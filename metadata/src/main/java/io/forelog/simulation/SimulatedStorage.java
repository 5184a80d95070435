package io.forelog.simulation;

import io.forelog.raft.wal.StorageFullException;
import io.forelog.raft.wal.WalFile;
import io.forelog.raft.wal.WalStorage;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A disk in memory that crashes like a real one: what was not forced is kept or lost sector by sector, at random. It
 * can also run full, fail, and flip bits. A crash makes the files handed out before useless. Blocks are in memory once
 * they are written, so large files that are mostly empty cost nothing. Safe for use by several threads.
 */
public final class SimulatedStorage implements WalStorage {

    static final int SECTOR_BYTES = 512;

    private final Map<String, Blocks> files = new TreeMap<>();
    private long capacityBytes = Long.MAX_VALUE;
    private boolean failForces;
    private boolean ignoreForces;
    private int incarnation;
    private int allocations;

    /** Loses unforced sectors at random, each with a chance of one half. */
    public void crash(RandomGenerator random) {
        crash(random::nextBoolean);
    }

    /** Loses all that is unforced. */
    public void crashLosingAll() {
        crash(() -> false);
    }

    private synchronized void crash(BooleanSupplier keeps) {
        incarnation++;
        files.values().forEach(file -> file.crash(keeps));
    }

    /** Ends the process that has files open, and loses nothing: what was written is there. */
    public synchronized void kill() {
        incarnation++;
    }

    /** Bounds what files may take in all; what is there stays. */
    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    /** Lets every force fail. */
    public synchronized void failForces(boolean fail) {
        failForces = fail;
    }

    /** Lets every force return without having forced anything: a disk that lies. */
    public synchronized void ignoreForces(boolean ignore) {
        ignoreForces = ignore;
    }

    /** Flips a bit on the disk itself. */
    public synchronized void flip(String name, int position, int bit) {
        files.get(name).flip(position, bit);
    }

    /** Flips a bit of what was written, at random; returns where, or an empty text if nothing was written yet. */
    public synchronized String flipSomewhere(RandomGenerator random) {
        var written = files.entrySet().stream()
                .filter(file -> file.getValue().writtenEnd() > 0)
                .toList();
        if (written.isEmpty()) {
            return "";
        }
        var file = written.get(random.nextInt(written.size()));
        int position = random.nextInt(file.getValue().writtenEnd());
        file.getValue().flip(position, random.nextInt(Byte.SIZE));
        return file.getKey() + " at " + position;
    }

    public synchronized int size(String name) {
        return files.get(name).size();
    }

    /** Loses everything: the disk was replaced. */
    public synchronized void clear() {
        incarnation++;
        files.clear();
    }

    @Override
    public synchronized List<String> names() {
        return new ArrayList<>(files.keySet());
    }

    @Override
    public synchronized WalFile open(String name) throws IOException {
        var file = files.get(name);
        if (file == null) {
            throw new FileNotFoundException(name);
        }
        return new OpenFile(file, incarnation);
    }

    @Override
    public synchronized WalFile allocate(String name, long bytes) throws IOException {
        long used = files.values().stream().mapToLong(Blocks::size).sum();
        if (used + bytes > capacityBytes) {
            throw new StorageFullException("no space for " + bytes + " bytes beside " + used);
        }
        var file = new Blocks(Math.toIntExact(bytes));
        files.put(name, file);
        allocations++;
        return new OpenFile(file, incarnation);
    }

    /** Returns how many files were allocated since the storage was made. */
    public synchronized int allocations() {
        return allocations;
    }

    @Override
    public synchronized void rename(String from, String to) throws IOException {
        var file = files.remove(from);
        if (file == null) {
            throw new FileNotFoundException(from);
        }
        files.put(to, file);
    }

    @Override
    public synchronized void delete(String name) {
        files.remove(name);
    }

    private final class OpenFile implements WalFile {

        private final Blocks blocks;
        private final int openedIn;

        OpenFile(Blocks blocks, int openedIn) {
            this.blocks = blocks;
            this.openedIn = openedIn;
        }

        @Override
        public long size() {
            return blocks.size();
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                checkAlive();
                if (position + source.remaining() > blocks.size()) {
                    throw new IOException("write past the preallocated end");
                }
                blocks.write(source, (int) position);
            }
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                if (position + target.remaining() > blocks.size()) {
                    throw new EOFException();
                }
                blocks.read(target, (int) position);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedStorage.this) {
                checkAlive();
                if (failForces) {
                    throw new IOException("simulated failure of a force");
                }
                if (!ignoreForces) {
                    blocks.force();
                }
            }
        }

        @Override
        public void close() {}

        private void checkAlive() throws IOException {
            if (openedIn != incarnation) {
                throw new IOException("the machine of this file has crashed");
            }
        }
    }
}
