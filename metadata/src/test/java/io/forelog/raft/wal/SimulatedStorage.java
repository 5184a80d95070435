package io.forelog.raft.wal;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A disk in memory that crashes like a real one: what was not forced is kept or lost sector by sector, at random. It
 * can also run full, fail, and flip bits. A crash makes the files handed out before useless.
 */
public final class SimulatedStorage implements WalStorage {

    private static final int SECTOR_BYTES = 512;

    private final Map<String, SimulatedFile> files = new TreeMap<>();
    private long capacityBytes = Long.MAX_VALUE;
    private boolean failForces;
    private int incarnation;

    /** Loses unforced sectors at random, each with a chance of one half. */
    public synchronized void crash(Random random) {
        incarnation++;
        files.replaceAll((name, file) -> file.afterCrash(random));
    }

    /** Loses all that is unforced. */
    public synchronized void crashLosingAll() {
        crash(new Random() {
            private static final long serialVersionUID = 1;

            @Override
            public boolean nextBoolean() {
                return false;
            }
        });
    }

    public synchronized void capacity(long bytes) {
        capacityBytes = bytes;
    }

    public synchronized void failForces(boolean fail) {
        failForces = fail;
    }

    /** Flips a bit on the disk itself. */
    public synchronized void flip(String name, int position, int bit) {
        var file = files.get(name);
        file.current[position] ^= (byte) (1 << bit);
        file.durable[position] ^= (byte) (1 << bit);
    }

    public synchronized int size(String name) {
        return files.get(name).current.length;
    }

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
        return file;
    }

    @Override
    public synchronized WalFile allocate(String name, long bytes) throws IOException {
        var used = files.values().stream().mapToLong(file -> file.current.length).sum();
        if (used + bytes > capacityBytes) {
            throw new StorageFullException("no space for " + bytes + " bytes beside " + used);
        }
        var file = new SimulatedFile(new byte[(int) bytes], new byte[(int) bytes], incarnation);
        files.put(name, file);
        return file;
    }

    @Override
    public synchronized void rename(String from, String to) {
        files.put(to, files.remove(from));
    }

    @Override
    public synchronized void delete(String name) {
        files.remove(name);
    }

    private final class SimulatedFile implements WalFile {

        private final byte[] current;
        private final byte[] durable;
        private final int openedIn;

        SimulatedFile(byte[] current, byte[] durable, int openedIn) {
            this.current = current;
            this.durable = durable;
            this.openedIn = openedIn;
        }

        @Override
        public long size() {
            return current.length;
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                checkAlive();
                if (position + source.remaining() > current.length) {
                    throw new IOException("write past the preallocated end");
                }
                source.get(current, (int) position, source.remaining());
            }
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            synchronized (SimulatedStorage.this) {
                if (position + target.remaining() > current.length) {
                    throw new EOFException();
                }
                target.put(current, (int) position, target.remaining());
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (SimulatedStorage.this) {
                checkAlive();
                if (failForces) {
                    throw new IOException("simulated failure of a force");
                }
                System.arraycopy(current, 0, durable, 0, current.length);
            }
        }

        @Override
        public void close() {}

        private void checkAlive() throws IOException {
            if (openedIn != incarnation) {
                throw new IOException("the machine of this file has crashed");
            }
        }

        private SimulatedFile afterCrash(Random random) {
            for (var sector = 0; sector < current.length; sector += SECTOR_BYTES) {
                var bytes = Math.min(SECTOR_BYTES, current.length - sector);
                if (random.nextBoolean()) {
                    System.arraycopy(current, sector, durable, sector, bytes);
                }
            }
            return new SimulatedFile(durable.clone(), durable.clone(), incarnation);
        }
    }
}
