package io.forelog.storage;

import io.forelog.error.DiskFullException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * How much of the disk is free, asked at most every 200 ms, and whether appends may take more.
 *
 * <p>Safe for use by any thread.
 */
final class FreeSpace {

    private static final long ASK_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Path directory;
    private final FileStore store;
    private final long freeBytesMin;
    private long askedNanos;
    private long freeBytes;

    FreeSpace(Path directory, long freeBytesMin) throws IOException {
        this.directory = directory;
        this.store = Files.getFileStore(directory);
        this.freeBytesMin = freeBytesMin;
        ask(System.nanoTime());
    }

    /**
     * Makes sure that the reserve stays free after {@code more} bytes were taken.
     *
     * @throws DiskFullException if it would not
     */
    synchronized void require(long more) {
        long now = System.nanoTime();
        if (now - askedNanos > ASK_AFTER_NANOS || freeBytes - more < freeBytesMin) {
            ask(now);
        }
        if (freeBytes - more < freeBytesMin) {
            throw new DiskFullException(freeBytes + " bytes are free under " + directory + "; " + more
                    + " more would leave less than storage.freeBytesMin = " + freeBytesMin);
        }
        freeBytes -= more;
    }

    private void ask(long now) {
        try {
            freeBytes = store.getUsableSpace();
            askedNanos = now;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tell the free space of " + directory, e);
        }
    }
}
