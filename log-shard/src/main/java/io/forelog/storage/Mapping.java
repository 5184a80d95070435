package io.forelog.storage;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A whole file mapped for reading; holds no descriptor.
 */
final class Mapping implements SegmentData {

    private final Arena arena;
    private final ByteBuffer bytes;

    private Mapping(Arena arena, ByteBuffer bytes) {
        this.arena = arena;
        this.bytes = bytes;
    }

    static Mapping of(Path file) throws IOException {
        return Uninterrupted.call(() -> map(file));
    }

    private static Mapping map(Path file) throws IOException {
        var arena = Arena.ofShared();
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = Math.min(channel.size(), Integer.MAX_VALUE);
            return new Mapping(
                    arena,
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena).asByteBuffer());
        } catch (IOException e) {
            arena.close();
            throw e;
        }
    }

    /** Returns the file's bytes, big-endian. */
    ByteBuffer bytes() {
        return bytes;
    }

    @Override
    public ByteBuffer buffer(int position) {
        return bytes;
    }

    @Override
    public int begin(int position) {
        return 0;
    }

    @Override
    public boolean close() {
        if (!arena.scope().isAlive()) {
            return true;
        }
        try {
            arena.close();
            return true;
        } catch (IllegalStateException busy) {
            return false;
        }
    }
}
