package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Which object of the archive has a segment's batches, and where its frames are: enough to read any batch with one
 * request. Kept beside the segment's index.
 *
 * @param object its name in the archive
 * @param rawEnds position after each frame in the segment's batches, one after another
 * @param packedEnds position after each frame in the object
 */
record ArchiveDescriptor(String object, int[] rawEnds, long[] packedEnds) {

    private static final long MAGIC = 0x464c_4f47_4152_4331L;
    private static final int FIXED_BYTES = Long.BYTES + 3 * Integer.BYTES;

    int frames() {
        return rawEnds.length;
    }

    int rawBegin(int frame) {
        return frame == 0 ? 0 : rawEnds[frame - 1];
    }

    long packedBegin(int frame) {
        return frame == 0 ? 0 : packedEnds[frame - 1];
    }

    /** Returns the frame that holds a position in the segment's batches. */
    int frameOf(int position) {
        int found = Arrays.binarySearch(rawEnds, position);
        return found >= 0 ? found + 1 : -found - 1;
    }

    void write(Path file) throws IOException {
        byte[] name = object.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(FIXED_BYTES + name.length + frames() * (Integer.BYTES + Long.BYTES));
        bytes.putLong(MAGIC).putInt(0).putInt(name.length).putInt(frames()).put(name);
        for (int frame = 0; frame < frames(); frame++) {
            bytes.putInt(rawEnds[frame]).putLong(packedEnds[frame]);
        }
        bytes.putInt(Long.BYTES, IndexWriter.crc(bytes, Long.BYTES + Integer.BYTES, bytes.capacity()));
        IndexWriter.writeWhole(file, bytes.flip());
    }

    /** @throws CorruptBatchException if the file is not a whole descriptor */
    static ArchiveDescriptor read(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        if (bytes.capacity() < FIXED_BYTES
                || bytes.getLong() != MAGIC
                || bytes.getInt() != IndexWriter.crc(bytes, Long.BYTES + Integer.BYTES, bytes.capacity())) {
            throw new CorruptBatchException(file + " is not a whole archive descriptor");
        }
        byte[] name = new byte[bytes.getInt()];
        int frames = bytes.getInt();
        bytes.get(name);
        int[] rawEnds = new int[frames];
        long[] packedEnds = new long[frames];
        for (int frame = 0; frame < frames; frame++) {
            rawEnds[frame] = bytes.getInt();
            packedEnds[frame] = bytes.getLong();
        }
        return new ArchiveDescriptor(new String(name, StandardCharsets.UTF_8), rawEnds, packedEnds);
    }
}
