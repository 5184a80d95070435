package io.forelog.replication;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;

/**
 * The checkpoints of one group on this node's disk. The group's own log keeps a manifest of the one that counts: its
 * index and its SHA-256.
 *
 * <p>Safe for use by any thread.
 */
final class CheckpointFiles {

    /** A leader may still offer the checkpoint before the last one to a follower. */
    private static final int KEPT = 2;

    private static final int DIGEST_BYTES = 32;
    private static final String SUFFIX = ".checkpoint";

    private final Path directory;

    CheckpointFiles(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
    }

    /** Returns the manifest of a checkpoint. */
    static ByteBuffer manifest(long index, byte[] checkpoint) {
        return ByteBuffer.allocate(Long.BYTES + DIGEST_BYTES)
                .putLong(index)
                .put(sha256(checkpoint))
                .flip();
    }

    static long index(ByteBuffer manifest) {
        return manifest.getLong(manifest.position());
    }

    /** @throws IOException if the bytes are not those of the manifest */
    static void verify(ByteBuffer manifest, byte[] checkpoint) throws IOException {
        if (!manifest(index(manifest), checkpoint).equals(manifest)) {
            throw new IOException("checkpoint " + index(manifest) + " is damaged: its digest differs");
        }
    }

    /** Writes a checkpoint, forced, and deletes the oldest ones. */
    synchronized void write(long index, byte[] checkpoint) throws IOException {
        var fresh = directory.resolve("checkpoint.tmp");
        try (var channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            var bytes = ByteBuffer.wrap(checkpoint);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(fresh, file(index), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
        deleteOldest();
    }

    byte[] read(long index) throws IOException {
        return Files.readAllBytes(file(index));
    }

    private void deleteOldest() throws IOException {
        try (var paths = Files.list(directory)) {
            var files = paths.filter(path -> path.toString().endsWith(SUFFIX)).sorted().toList();
            for (var old : files.subList(0, Math.max(0, files.size() - KEPT))) {
                Files.delete(old);
            }
        }
    }

    private Path file(long index) {
        return directory.resolve(String.format(Locale.ROOT, "%016x%s", index, SUFFIX));
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
