package io.forelog.raft.wal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A {@link WalStorage} in a directory of the file system. */
public final class FileWalStorage implements WalStorage {

    private static final int ZEROS_BYTES = 1 << 20;

    private final Path directory;

    /** Uses {@code directory}, which is made if missing. */
    public FileWalStorage(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    @Override
    public List<String> names() throws IOException {
        try (var paths = Files.list(directory)) {
            return paths.map(path -> path.getFileName().toString()).toList();
        }
    }

    @Override
    public WalFile open(String name) throws IOException {
        var path = directory.resolve(name);
        return new ChannelFile(FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public WalFile allocate(String name, long bytes) throws IOException {
        var path = directory.resolve(name);
        var channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            var file = new ChannelFile(channel);
            var zeros = ByteBuffer.allocateDirect((int) Math.min(bytes, ZEROS_BYTES));
            for (var position = 0L; position < bytes; position += zeros.limit()) {
                file.write(zeros.clear().limit((int) Math.min(zeros.capacity(), bytes - position)), position);
            }
            channel.force(true);
            forceDirectory();
            return file;
        } catch (IOException e) {
            channel.close();
            Files.deleteIfExists(path);
            // The JDK has no type for a full disk; whatever prevents an allocation is answered in the same way.
            throw new StorageFullException("cannot allocate " + bytes + " bytes for " + path + ": " + e, e);
        }
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(directory.resolve(from), directory.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        forceDirectory();
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
        forceDirectory();
    }

    private void forceDirectory() throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private record ChannelFile(FileChannel channel) implements WalFile {

        @Override
        public long size() throws IOException {
            return channel.size();
        }

        @Override
        public void write(ByteBuffer source, long position) throws IOException {
            for (var at = position; source.hasRemaining(); ) {
                at += channel.write(source, at);
            }
        }

        @Override
        public void read(ByteBuffer target, long position) throws IOException {
            for (var at = position; target.hasRemaining(); ) {
                var bytes = channel.read(target, at);
                if (bytes < 0) {
                    throw new EOFException("read past the end, at " + at);
                }
                at += bytes;
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
