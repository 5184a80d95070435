package io.forelog.replication;

import io.forelog.raft.wal.CorruptLogException;
import io.forelog.raft.wal.WalStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

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
    private static final String FRESH = "checkpoint.tmp";

    private static final long NONE = -1;

    private final WalStorage directory;

    /** Of those that were written or begun from in this process. */
    private final Map<Long, ByteBuffer> manifests = new HashMap<>();

    /** What the log begins from; later ones may have been written that it does not know of. */
    private long begun = NONE;

    CheckpointFiles(WalStorage directory) {
        this.directory = directory;
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

    /** The group's log begins from this checkpoint, which is kept from here on. */
    synchronized void begunFrom(long index, ByteBuffer manifest) {
        begun = index;
        manifests.put(index, manifest.duplicate());
    }

    /** Writes a checkpoint, forced, and deletes the oldest ones, but never what the log begins from. */
    synchronized void write(long index, byte[] checkpoint) throws IOException {
        directory.delete(FRESH);
        try (var file = directory.allocate(FRESH, checkpoint.length)) {
            file.write(ByteBuffer.wrap(checkpoint), 0);
            file.force();
        }
        directory.rename(FRESH, name(index));
        manifests.put(index, manifest(index, checkpoint));
        deleteOldest(name(index));
    }

    byte[] read(long index) throws IOException {
        try (var file = directory.open(name(index))) {
            var bytes = ByteBuffer.allocate(Math.toIntExact(file.size()));
            file.read(bytes, 0);
            return bytes.array();
        }
    }

    /**
     * Returns a checkpoint for another member.
     *
     * @throws CorruptLogException if it is not what was written any more: nobody could begin from it
     */
    synchronized byte[] readForOther(long index) throws IOException {
        byte[] checkpoint = read(index);
        var manifest = manifests.get(index);
        if (manifest != null && !manifest(index, checkpoint).equals(manifest)) {
            throw new CorruptLogException("checkpoint " + index + " has changed on disk");
        }
        return checkpoint;
    }

    private void deleteOldest(String written) throws IOException {
        var files = directory.names().stream()
                .filter(name -> name.endsWith(SUFFIX))
                .sorted()
                .toList();
        for (var old : files.subList(0, Math.max(0, files.size() - KEPT))) {
            if (!old.equals(written) && (begun == NONE || !old.equals(name(begun)))) {
                directory.delete(old);
            }
        }
        var kept = directory.names();
        manifests.keySet().removeIf(index -> !kept.contains(name(index)));
    }

    private static String name(long index) {
        return String.format(Locale.ROOT, "%016x%s", index, SUFFIX);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
