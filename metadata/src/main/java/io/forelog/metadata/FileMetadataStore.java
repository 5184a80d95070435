package io.forelog.metadata;

import io.forelog.error.ForelogException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiConsumer;
import java.util.zip.CRC32C;

/**
 * The metadata of one node, kept in one file that is replaced whole at each change: written beside it, forced,
 * renamed over it, and the directory forced. A reader of the file sees the old state or the new one.
 */
public final class FileMetadataStore implements MetadataStore {

    private static final String FILE = "metadata.state";

    private final Path directory;
    private final List<BiConsumer<ClusterState, ClusterState>> watchers = new CopyOnWriteArrayList<>();
    private final ExecutorService writer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("metadata-store").factory());
    private volatile ClusterState state;

    /**
     * Opens the store in {@code directory}, which is created if it is missing.
     *
     * @throws IOException if the file there is damaged, or of a newer layout
     */
    public FileMetadataStore(Path directory) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.state = load(directory.resolve(FILE));
    }

    @Override
    public ClusterState state() {
        return state;
    }

    @Override
    public CompletableFuture<ClusterState> submit(MetadataCommand command) {
        return CompletableFuture.supplyAsync(() -> change(command), writer);
    }

    @Override
    public void watch(BiConsumer<ClusterState, ClusterState> watcher) {
        watchers.add(watcher);
    }

    @Override
    public void close() {
        writer.close();
    }

    /** @throws ForelogException if the command is refused */
    private ClusterState change(MetadataCommand command) {
        var before = state;
        var after = command.apply(before);
        if (after != before) {
            store(after);
            state = after;
            watchers.forEach(watcher -> watcher.accept(before, after));
        }
        return after;
    }

    private void store(ClusterState next) {
        try {
            var bytes = new ByteArrayOutputStream();
            StateCodec.write(next, new DataOutputStream(bytes));
            var crc = new CRC32C();
            crc.update(bytes.toByteArray());
            var framed = ByteBuffer.allocate(8 + bytes.size())
                    .putInt(bytes.size())
                    .putInt((int) crc.getValue())
                    .put(bytes.toByteArray())
                    .flip();
            var fresh = directory.resolve(FILE + ".new");
            try (var channel = FileChannel.open(
                    fresh,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (framed.hasRemaining()) {
                    channel.write(framed);
                }
                channel.force(true);
            }
            Files.move(fresh, directory.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the metadata in " + directory + " could not be written", e);
        }
    }

    private static ClusterState load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return ClusterState.EMPTY;
        }
        var framed = ByteBuffer.wrap(Files.readAllBytes(file));
        if (framed.remaining() < 8 || framed.getInt(0) != framed.remaining() - 8) {
            throw new IOException(file + " is cut short: restore it from a backup or another node");
        }
        var crc = new CRC32C();
        crc.update(framed.duplicate().position(8));
        if ((int) crc.getValue() != framed.getInt(4)) {
            throw new IOException(file + " is damaged (its checksum differs): restore it from a backup or another node");
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(framed.array(), 8, framed.limit() - 8))) {
            return StateCodec.read(in);
        }
    }
}
