package io.forelog.loadgen.torture.cluster;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A disk of its own for one node, in memory and small, so that it can be filled without harm to anybody else. */
public final class SmallDisk implements AutoCloseable {

    private static final int BLOCK_BYTES = 1 << 20;

    private final Path folder;
    private final String node;

    private SmallDisk(Path folder, String node) {
        this.folder = folder;
        this.node = node;
    }

    /** Mounts one as a node's folder, which must be empty; empty where one may not mount. */
    public static Optional<SmallDisk> mount(Path folder, String node, int mebibytes)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        var mount = new ProcessBuilder(
                        "mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return mount.waitFor() == 0 ? Optional.of(new SmallDisk(folder, node)) : Optional.empty();
    }

    /** Returns whose disk it is. */
    public String node() {
        return node;
    }

    /** Fills it until so little is left. */
    public void fill(long leftBytes) throws IOException {
        var block = ByteBuffer.allocate(BLOCK_BYTES);
        try (var filler = FileChannel.open(filler(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            while (Files.getFileStore(folder).getUsableSpace() > leftBytes) {
                filler.write(block.clear());
            }
        } catch (IOException e) {
            if (Files.getFileStore(folder).getUsableSpace() > BLOCK_BYTES) {
                throw e;
            }
        }
    }

    /** Gives back what was filled. */
    public void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        try {
            new ProcessBuilder("umount", "-l", folder.toString())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException("cannot unmount " + folder, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
