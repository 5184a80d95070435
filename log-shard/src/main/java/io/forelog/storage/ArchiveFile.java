package io.forelog.storage;

import com.github.luben.zstd.Zstd;
import io.forelog.record.RecordBatch;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.jpountz.xxhash.XXHashFactory;

/**
 * A segment as it is archived: its batches one after another, in Zstandard's seekable format (frames of whole
 * batches that decompress by themselves, then a skippable frame with their table). Any {@code zstd} unpacks it.
 *
 * @see <a href="https://github.com/facebook/zstd/blob/dev/contrib/seekable_format/zstd_seekable_compression_format.md">
 *     the format</a>
 */
final class ArchiveFile {

    /** How much a read by range fetches at least, before compression. Larger frames compress better. */
    static final int FRAME_BYTES = 256 << 10;

    private static final int LEVEL = 3;
    private static final int SKIPPABLE_MAGIC = 0x184D2A5E;
    private static final int SEEKABLE_MAGIC = 0x8F92EAB1;
    private static final byte WITH_CHECKSUMS = (byte) 0x80;
    private static final int ENTRY_BYTES = 3 * Integer.BYTES;
    private static final int FOOTER_BYTES = 9;

    private final List<Integer> rawEnds = new ArrayList<>();
    private final List<Long> packedEnds = new ArrayList<>();
    private final List<Integer> checksums = new ArrayList<>();

    private ArchiveFile() {}

    /** Writes the good batches of a sealed segment to {@code target}. */
    static ArchiveDescriptor write(Path target, String object, SegmentIndex index, ByteBuffer batches)
            throws IOException {
        try (var out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
            return new ArchiveFile().write(out, object, index, batches);
        } catch (IOException e) {
            Files.deleteIfExists(target);
            throw DiskFull.orSame(e, target);
        }
    }

    private ArchiveDescriptor write(OutputStream out, String object, SegmentIndex index, ByteBuffer bytes)
            throws IOException {
        var frame = ByteBuffer.allocate(FRAME_BYTES);
        for (int batch = 0; batch < index.batches(); batch++) {
            int position = index.position(batch);
            if (position == OpenIndex.HOLE) {
                continue;
            }
            int size = RecordBatch.sizeAt(bytes, position);
            if (frame.position() > 0 && size > frame.remaining()) {
                add(out, frame.flip());
                frame.clear();
            }
            frame = size > frame.remaining() ? ByteBuffer.allocate(size) : frame;
            frame.put(bytes.slice(position, size));
        }
        if (frame.position() > 0) {
            add(out, frame.flip());
        }
        writeTable(out);
        return new ArchiveDescriptor(
                object,
                rawEnds.stream().mapToInt(Integer::intValue).toArray(),
                packedEnds.stream().mapToLong(Long::longValue).toArray());
    }

    private void add(OutputStream out, ByteBuffer frame) throws IOException {
        byte[] raw = new byte[frame.remaining()];
        frame.get(raw);
        byte[] packed = Zstd.compress(raw, LEVEL);
        out.write(packed);
        rawEnds.add((rawEnds.isEmpty() ? 0 : rawEnds.getLast()) + raw.length);
        packedEnds.add((packedEnds.isEmpty() ? 0L : packedEnds.getLast()) + packed.length);
        checksums.add((int) XXHashFactory.fastestJavaInstance().hash64().hash(raw, 0, raw.length, 0));
    }

    private void writeTable(OutputStream out) throws IOException {
        int content = rawEnds.size() * ENTRY_BYTES + FOOTER_BYTES;
        var table = ByteBuffer.allocate(2 * Integer.BYTES + content).order(ByteOrder.LITTLE_ENDIAN);
        table.putInt(SKIPPABLE_MAGIC).putInt(content);
        for (int i = 0; i < rawEnds.size(); i++) {
            table.putInt((int) (packedEnds.get(i) - (i == 0 ? 0 : packedEnds.get(i - 1))))
                    .putInt(rawEnds.get(i) - (i == 0 ? 0 : rawEnds.get(i - 1)))
                    .putInt(checksums.get(i));
        }
        table.putInt(rawEnds.size()).put(WITH_CHECKSUMS).putInt(SEEKABLE_MAGIC);
        out.write(table.array());
    }
}
