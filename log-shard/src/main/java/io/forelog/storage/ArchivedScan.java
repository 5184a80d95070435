package io.forelog.storage;

import io.forelog.record.RecordBatch;
import io.forelog.storage.ShardLog.ProducerState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Builds the index of an archived segment anew from its batches in the archive. */
final class ArchivedScan {

    private ArchivedScan() {}

    static IndexHeader writeIndex(
            SegmentData data, ArchiveDescriptor descriptor, Path target, long base, List<ProducerState> producers)
            throws IOException {
        var index = new OpenIndex();
        var digest = SegmentSealer.sha256();
        int position = 0;
        for (int frame = 0; frame < descriptor.frames(); frame++) {
            var bytes = data.buffer(descriptor.rawBegin(frame));
            digest.update(bytes.duplicate());
            for (var batch : RecordBatch.parseAll(bytes)) {
                batch.verify();
                index.add(batch, position);
                position += batch.sizeBytes();
            }
        }
        var summary = new SegmentSummary(
                base, base + index.records(), position, 0, false, true, position, 0, 0, digest.digest(), producers);
        IndexWriter.write(target, summary, index);
        return IndexHeader.read(target);
    }
}
