package io.forelog.storage.archive;

import java.nio.file.Path;

/**
 * Objects by name. A name is made of parts of letters, digits, {@code .}, {@code _} and {@code -}, with {@code /}
 * between them.
 *
 * <p>Safe for use by any thread. Every method throws {@link ArchiveException} if the store fails.
 */
public interface ArchiveStore extends AutoCloseable {

    /** Writes the file's bytes as an object, whole or not at all, in place of one that is there. */
    void put(String name, Path file);

    /**
     * Returns {@code length} bytes of an object from {@code from} on.
     *
     * @throws ArchiveException if there are fewer, or no such object
     */
    byte[] read(String name, long from, int length);

    /** Returns the object's size in bytes, or -1 if there is none. */
    long size(String name);

    /** Deletes an object; one that is not there is deleted. */
    void delete(String name);

    /** Deletes all objects whose names begin so. */
    void deleteAll(String prefix);

    @Override
    void close();
}
