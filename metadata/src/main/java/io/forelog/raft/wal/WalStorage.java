package io.forelog.raft.wal;

import java.io.IOException;
import java.util.List;

/**
 * The directory that holds a write-ahead log. There is one on a file system, and a simulated one that loses what was
 * not forced, runs full, and flips bits. Safe for use by several threads.
 */
public interface WalStorage {

    /** Returns the names of the files present, in no order. */
    List<String> names() throws IOException;

    /** Opens a file that exists. */
    WalFile open(String name) throws IOException;

    /**
     * Makes a file of {@code bytes} zeros whose blocks are all on disk, forced, so that later writes within it need no
     * room.
     *
     * @throws StorageFullException if there is no room; no file is left behind
     */
    WalFile allocate(String name, long bytes) throws IOException;

    /** Renames durably; a file that is open stays open. */
    void rename(String from, String to) throws IOException;

    /** Deletes durably. */
    void delete(String name) throws IOException;
}
