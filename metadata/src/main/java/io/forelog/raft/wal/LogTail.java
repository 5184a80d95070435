package io.forelog.raft.wal;

import io.forelog.raft.wal.EntryIndex.Location;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The end of the log, where records are put. They gather in a buffer and reach the file with the next force, or when
 * the buffer is full: many small entries cost one write. Confined to the log's monitor, {@link #force()} excepted.
 */
final class LogTail {

    private static final int STAGED_BYTES_MAX = 1 << 20;

    private final FileRing ring;
    private final int fileBytes;
    private final ByteBuffer staged;
    private LogFile file;
    private int written;
    private int chain;
    private boolean afterForce;
    private boolean rolled;

    LogTail(FileRing ring, int fileBytes, LogFile file, int written, int chain) {
        this.ring = ring;
        this.fileBytes = fileBytes;
        this.staged = ByteBuffer.allocateDirect(Math.min(fileBytes, STAGED_BYTES_MAX));
        this.file = file;
        this.written = written;
        this.chain = chain;
    }

    /** Adds a record and returns where it will be. */
    Location put(LogRecord.Type type, WalEntry entry) throws IOException {
        var size = LogRecord.size(entry.payload().remaining());
        if (size > fileBytes - LogFile.HEADER_BYTES) {
            throw new IllegalArgumentException(
                    "an entry of " + entry.payload().remaining() + " bytes does not fit a file of " + fileBytes);
        }
        if (end() + size > fileBytes) {
            roll();
        }
        var location = new Location(file.sequence(), end(), entry.payload().remaining(), entry.term(), entry.kind());
        if (size > staged.remaining()) {
            write();
        }
        if (size > staged.capacity()) {
            var large = ByteBuffer.allocate(size);
            putTo(large, type, entry);
            file.file().write(large.flip(), written);
            written += size;
        } else {
            putTo(staged, type, entry);
        }
        if (type == LogRecord.Type.ENTRY) {
            file.holds(entry.index());
        }
        return location;
    }

    /** Hands what is staged to the file system. */
    void write() throws IOException {
        if (staged.position() > 0) {
            var bytes = staged.position();
            file.file().write(staged.flip(), written);
            staged.clear();
            written += bytes;
        }
    }

    boolean isStaged(Location location) {
        return location.file() == file.sequence() && location.position() >= written;
    }

    /** Returns whether a new file was begun since this was asked last. */
    boolean rolled() {
        var result = rolled;
        rolled = false;
        return result;
    }

    /** Returns the bytes that still fit the file. */
    int remaining() {
        return fileBytes - end();
    }

    /** Forces what was written. Called without the monitor by whoever appends, or once nobody appends any more. */
    void force() throws IOException {
        file.file().force();
        afterForce = true;
    }

    private int end() {
        return written + staged.position();
    }

    private void putTo(ByteBuffer target, LogRecord.Type type, WalEntry entry) {
        chain = LogRecord.put(target, type, entry, chain, file.sequence(), afterForce);
        afterForce = false;
    }

    /** The old file is forced before the new one's header is, so that a header vouches for all that precedes it. */
    private void roll() throws IOException {
        // First, because it is the step that a full disk prevents, and then nothing has happened yet.
        ring.ensureFree(1);
        write();
        force();
        file = ring.advance(written, chain);
        written = LogFile.HEADER_BYTES;
        rolled = true;
    }
}
