package io.forelog.raft.wal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file of fixed size, read and written at positions. Reads may run beside one writer. */
public interface WalFile extends Closeable {

    /** Returns the size in bytes. */
    long size() throws IOException;

    /** Writes all of {@code source} at {@code position}; durable only after {@link #force()}. */
    void write(ByteBuffer source, long position) throws IOException;

    /** Fills {@code target} from {@code position}; running past the end is an error. */
    void read(ByteBuffer target, long position) throws IOException;

    /** Returns once all that was written is on disk. */
    void force() throws IOException;
}
