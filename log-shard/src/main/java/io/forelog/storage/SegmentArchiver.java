package io.forelog.storage;

import io.forelog.record.RecordBatch;
import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.ArchiveStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * Moves sealed segments of one shard into the archive. A segment's file is dropped only after every byte was read
 * back from there and its digest is the one from when the segment was sealed.
 *
 * @param files the shard's
 * @param store the archive
 * @param cache what its frames are cached in
 * @param prefix of the names of the shard's objects
 */
record SegmentArchiver(ShardFiles files, ArchiveStore store, FrameCache cache, String prefix) {

    /** Archives one segment; a crash at any point leaves it readable here or there. */
    void archive(Segment segment) throws IOException {
        var indexFile = files.index(segment.base());
        var header = IndexHeader.read(indexFile);
        if (header.summary().damaged()) {
            throw new ArchiveException(segment.file() + " is damaged; it is kept as it is");
        }
        var packed = files.directory().resolve(segment.base() + ".zst.tmp");
        String object = prefix + segment.base() + "-" + segment.end() + "-"
                + HexFormat.of().formatHex(header.summary().digest(), 0, 8) + ".zst";
        ArchivedData data;
        try {
            var descriptor = pack(segment, packed, object);
            // Its name has the digest: another replica may have put it there already.
            if (store.size(object) != Files.size(packed)) {
                store.put(object, packed);
            }
            data = new ArchivedData(descriptor, store, cache);
        } finally {
            Files.deleteIfExists(packed);
        }
        verify(data, header.summary().digest());
        drop(segment, data);
    }

    private ArchiveDescriptor pack(Segment segment, Path target, String object) throws IOException {
        var batches = Mapping.of(segment.file());
        var index = Mapping.of(files.index(segment.base()));
        try {
            return ArchiveFile.write(target, object, ClosedIndex.whole(index.bytes()), batches.bytes());
        } finally {
            index.close();
            batches.close();
        }
    }

    private void writeIndex(Segment segment) throws IOException {
        var batches = Mapping.of(segment.file());
        var index = Mapping.of(files.index(segment.base()));
        try {
            var closed = ClosedIndex.whole(index.bytes());
            var bytes = batches.bytes();
            var packed = OpenIndex.packed(closed, segment.records(), position -> RecordBatch.sizeAt(bytes, position));
            var summary = IndexHeader.read(files.index(segment.base())).summary();
            IndexWriter.write(files.archivedIndex(segment.base()), summary.toArchived(closed.producers()), packed);
        } finally {
            index.close();
            batches.close();
        }
    }

    private static void verify(ArchivedData data, byte[] expected) {
        var digest = SegmentSealer.sha256();
        for (int frame = 0; frame < data.descriptor().frames(); frame++) {
            digest.update(data.fetch(frame));
        }
        if (!MessageDigest.isEqual(digest.digest(), expected)) {
            throw new ArchiveException(
                    data.descriptor().object() + " does not have the digest of its segment; that is kept");
        }
    }

    private void drop(Segment segment, ArchivedData data) throws IOException {
        writeIndex(segment);
        var descriptorFile = files.descriptor(segment.base());
        data.descriptor().write(descriptorFile);
        ShardFiles.forceDirectory(files.directory());
        var sealedFile = segment.file();
        segment.archived(descriptorFile, files.archivedIndex(segment.base()), data);
        Files.deleteIfExists(sealedFile);
        Files.deleteIfExists(files.index(segment.base()));
    }
}
