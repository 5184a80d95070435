package io.forelog.storage.archive;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicLong;

/** An archive in a directory, such as a mounted network disk: an object is a file. */
public final class DirectoryArchive implements ArchiveStore {

    private final Path root;
    private final AtomicLong temporaries = new AtomicLong();

    /** Uses {@code root}, which is created if it is not there. */
    public DirectoryArchive(Path root) {
        this.root = root.toAbsolutePath().normalize();
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new ArchiveException("the archive directory " + root + " cannot be used", e);
        }
    }

    @Override
    public void put(String name, Path file) {
        var target = path(name);
        var temporary = target.resolveSibling(target.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + temporaries.incrementAndGet() + ".tmp");
        try {
            Files.createDirectories(target.getParent());
            try {
                Files.copy(file, temporary, StandardCopyOption.REPLACE_EXISTING);
                force(temporary, StandardOpenOption.WRITE);
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(temporary);
            }
            force(target.getParent(), StandardOpenOption.READ);
        } catch (IOException e) {
            throw new ArchiveException("cannot write " + target, e);
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (var channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    @Override
    public byte[] read(String name, long from, int length) {
        var bytes = ByteBuffer.allocate(length);
        try (var channel = FileChannel.open(path(name), StandardOpenOption.READ)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, from + bytes.position()) < 0) {
                    throw new EOFException("it has " + channel.size() + " bytes");
                }
            }
            return bytes.array();
        } catch (IOException e) {
            throw new ArchiveException("cannot read " + length + " bytes at " + from + " of " + path(name), e);
        }
    }

    @Override
    public long size(String name) {
        try {
            return Files.size(path(name));
        } catch (NoSuchFileException e) {
            return -1;
        } catch (IOException e) {
            throw new ArchiveException("cannot tell the size of " + path(name), e);
        }
    }

    @Override
    public void delete(String name) {
        try {
            Files.deleteIfExists(path(name));
        } catch (IOException e) {
            throw new ArchiveException("cannot delete " + path(name), e);
        }
    }

    @Override
    public void deleteAll(String prefix) {
        var directory = path(prefix);
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new ArchiveException("cannot delete " + directory, e);
        }
    }

    private Path path(String name) {
        var path = root.resolve(name).normalize();
        if (!path.startsWith(root)) {
            throw new IllegalArgumentException("'" + name + "' names nothing in the archive");
        }
        return path;
    }

    @Override
    public void close() {
        // Holds nothing open.
    }
}
