package io.forelog.storage;

import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.ArchiveStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What one shard knows of the archive: where its objects are and how to read them. A node without an archive can
 * open a shard that has archived segments, but not read those.
 *
 * @param store the archive, or null
 * @param cache what fetched frames are cached in
 * @param prefix of the names of the shard's objects
 */
record ShardArchive(@Nullable ArchiveStore store, FrameCache cache, String prefix) {

    SegmentData data(ArchiveDescriptor descriptor) {
        return store == null ? new Unreachable(descriptor.object()) : new ArchivedData(descriptor, store, cache);
    }

    /** Archives a sealed segment whose file is whole. */
    void archive(ShardFiles files, Segment segment) throws IOException {
        new SegmentArchiver(files, required(), cache, prefix).archive(segment);
    }

    /** Returns where the last segment ends that lies above {@code from} and is missing, or {@code from}. */
    long wholeFrom(ShardFiles files, Segment[] segments, long from) {
        for (int i = segments.length - 1; i >= 0 && segments[i].end() > from; i--) {
            if (segments[i].state() == SegmentState.ARCHIVED && isMissing(files, segments[i])) {
                return segments[i].end();
            }
        }
        return from;
    }

    private boolean isMissing(ShardFiles files, Segment segment) {
        try {
            var descriptor = ArchiveDescriptor.read(files.descriptor(segment.base()));
            return required().size(descriptor.object()) < 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(ArchiveDescriptor descriptor) {
        required().delete(descriptor.object());
    }

    ArchiveStore required() {
        if (store == null) {
            throw new IllegalStateException("no archive is configured");
        }
        return store;
    }

    private record Unreachable(String object) implements SegmentData {

        @Override
        public ByteBuffer buffer(int position) {
            throw new ArchiveException(object + " cannot be read: no archive is configured");
        }

        @Override
        public int begin(int position) {
            return 0;
        }

        @Override
        public boolean close() {
            return true;
        }
    }
}
