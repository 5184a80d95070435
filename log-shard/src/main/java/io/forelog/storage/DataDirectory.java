package io.forelog.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A data directory that this process holds: one process per directory, and only a layout that this version knows.
 *
 * <p>The lock is the operating system's, which ends with the process however it dies; the file's text only tells
 * people who holds it.
 */
final class DataDirectory implements AutoCloseable {

    static final int LAYOUT_VERSION = 1;
    static final String LAYOUT_FILE = "layout";
    private static final String LAYOUT_NAME = "forelog-data ";
    private static final String LOCK_FILE = "lock";

    private final Path path;
    private final FileChannel channel;

    private DataDirectory(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Takes hold of {@code path}, which is created if it is not there.
     *
     * @throws IllegalStateException if another process holds it, or it has a layout of another version
     */
    static DataDirectory open(Path path) throws IOException {
        Files.createDirectories(path);
        var lockFile = path.resolve(LOCK_FILE);
        var channel = FileChannel.open(
                lockFile, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            if (tryLock(channel) == null) {
                throw new IllegalStateException("the data directory " + path + " is held by "
                        + Files.readString(lockFile).strip());
            }
            checkLayout(path);
            tellHolder(channel);
            return new DataDirectory(path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    private static void tellHolder(FileChannel channel) throws IOException {
        String holder = "process " + ProcessHandle.current().pid() + ", since " + Instant.now() + "\n";
        var text = ByteBuffer.wrap(holder.getBytes(StandardCharsets.UTF_8));
        channel.truncate(0);
        channel.write(text, 0);
    }

    /** Writes the layout's version into a new directory, and refuses one of another version. */
    static void checkLayout(Path path) throws IOException {
        var file = path.resolve(LAYOUT_FILE);
        if (!Files.exists(file)) {
            var temporary = path.resolve(LAYOUT_FILE + ".tmp");
            Files.writeString(temporary, LAYOUT_NAME + LAYOUT_VERSION + "\n");
            Files.move(temporary, file);
            ShardFiles.forceDirectory(path);
            return;
        }
        String text = Files.readString(file).strip();
        if (!text.equals(LAYOUT_NAME + LAYOUT_VERSION)) {
            throw new IllegalStateException("the data directory " + path + " says '" + text
                    + "'; this version of Forelog reads '" + LAYOUT_NAME + LAYOUT_VERSION
                    + "' only. Start it with the version that wrote it, or give another directory");
        }
    }

    Path path() {
        return path;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
