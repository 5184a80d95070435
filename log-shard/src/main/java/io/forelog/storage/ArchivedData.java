package io.forelog.storage;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import io.forelog.record.CorruptBatchException;
import io.forelog.storage.archive.ArchiveStore;
import java.nio.ByteBuffer;

/** The batches of an archived segment, fetched frame by frame as they are read. */
final class ArchivedData implements SegmentData {

    private final ArchiveDescriptor descriptor;
    private final ArchiveStore store;
    private final FrameCache cache;

    ArchivedData(ArchiveDescriptor descriptor, ArchiveStore store, FrameCache cache) {
        this.descriptor = descriptor;
        this.store = store;
        this.cache = cache;
    }

    ArchiveDescriptor descriptor() {
        return descriptor;
    }

    @Override
    public ByteBuffer buffer(int position) {
        int frame = descriptor.frameOf(position);
        if (position < 0 || frame >= descriptor.frames()) {
            throw new CorruptBatchException("position " + position + " is behind the end of " + descriptor.object());
        }
        return cache.get(new FrameCache.Key(descriptor.object(), frame), () -> fetch(frame));
    }

    @Override
    public int begin(int position) {
        return descriptor.rawBegin(descriptor.frameOf(position));
    }

    /** Fetches and unpacks a frame. */
    ByteBuffer fetch(int frame) {
        long from = descriptor.packedBegin(frame);
        byte[] packed = store.read(descriptor.object(), from, (int) (descriptor.packedEnds()[frame] - from));
        byte[] raw = new byte[descriptor.rawEnds()[frame] - descriptor.rawBegin(frame)];
        try {
            long size = Zstd.decompressByteArray(raw, 0, raw.length, packed, 0, packed.length);
            if (size != raw.length) {
                throw new CorruptBatchException("frame " + frame + " of " + descriptor.object() + " is not "
                        + raw.length + " bytes of whole zstd");
            }
        } catch (ZstdException e) {
            throw new CorruptBatchException("frame " + frame + " of " + descriptor.object() + ": " + e.getMessage(), e);
        }
        return ByteBuffer.wrap(raw);
    }

    @Override
    public boolean close() {
        return true;
    }
}
