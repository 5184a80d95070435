package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.record.RecordBatch;
import io.forelog.storage.SegmentScan.AtDamage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a shard's directory holds. After a clean stop that is a header for each segment; after another,
 * what was not sealed is read and verified, sealed at its last good batch, and never appended to again.
 *
 * <p>Used once, by one thread.
 */
final class ShardRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(ShardRecovery.class);

    private final ShardFiles files;
    private final ShardArchive archive;
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private final Producers producers = new Producers();
    private @Nullable Segment continued;
    private int cycle;
    private int firstCrc;

    ShardRecovery(ShardFiles files, ShardArchive archive) {
        this.files = files;
        this.archive = archive;
    }

    List<Segment> segments() {
        return segments;
    }

    List<String> damage() {
        return damage;
    }

    Producers producers() {
        return producers;
    }

    /** Returns the last segment if appends may go on in it, or null. */
    @Nullable
    Segment continued() {
        return continued;
    }

    int cycle() {
        return cycle;
    }

    int firstCrc() {
        return firstCrc;
    }

    /** Reads the directory, creating it if it is not there. */
    void run() throws IOException {
        Files.createDirectories(files.directory());
        for (var leftover : ShardFiles.list(files.directory(), ".tmp")) {
            Files.delete(leftover);
        }
        for (var descriptor : ShardFiles.list(files.directory(), ShardFiles.DESCRIPTOR)) {
            segments.add(archived(descriptor));
        }
        for (var file : ShardFiles.list(files.directory(), ShardFiles.SEGMENT)) {
            segments.add(sealed(file));
        }
        segments.sort(Comparator.comparingLong(Segment::base));
        deleteOrphans(ShardFiles.INDEX, ShardFiles.SEGMENT);
        deleteOrphans(ShardFiles.ARCHIVED_INDEX, ShardFiles.DESCRIPTOR);
        restoreProducers();
        var unsealed = ShardFiles.list(files.queue(), ShardFiles.SEGMENT);
        if (!unsealed.isEmpty() && !continueClean(unsealed)) {
            Files.deleteIfExists(files.openIndex());
            for (var file : unsealed) {
                sealUnclean(file);
            }
        }
        checkDense();
    }

    /** Takes over an archived segment; what of its local file was left when the node stopped is deleted. */
    private Segment archived(Path descriptorFile) throws IOException {
        long base = ShardFiles.base(descriptorFile);
        var index = files.archivedIndex(base);
        var descriptor = ArchiveDescriptor.read(descriptorFile);
        IndexHeader header;
        try {
            header = IndexHeader.read(index);
        } catch (NoSuchFileException | CorruptBatchException e) {
            LOG.warn("{}: {}; building the index anew from the archive", index, e.getMessage());
            header = ArchivedScan.writeIndex(archive.data(descriptor), descriptor, index, base, producers.all());
        }
        Files.deleteIfExists(files.segment(base));
        Files.deleteIfExists(files.index(base));
        return Segment.archived(descriptorFile, index, header, archive.data(descriptor));
    }

    /** Deletes indexes of segments that are gone: of the deletion of a segment that a stop cut short. */
    private void deleteOrphans(String suffix, String ofSuffix) throws IOException {
        for (var index : ShardFiles.list(files.directory(), suffix)) {
            String name = index.getFileName().toString();
            String of = name.substring(0, name.length() - suffix.length()) + ofSuffix;
            if (!index.equals(files.openIndex())
                    && !Files.exists(files.directory().resolve(of))) {
                Files.delete(index);
            }
        }
    }

    private Segment sealed(Path file) throws IOException {
        long base = ShardFiles.base(file);
        var index = files.index(base);
        try {
            var header = IndexHeader.read(index);
            var summary = header.summary();
            if (summary.base() != base || summary.dataEnd() > Files.size(file)) {
                throw new CorruptBatchException(
                        "the segment has " + Files.size(file) + " bytes, not those of this index");
            }
            cycle = Math.max(cycle, summary.cycle());
            return Segment.closed(SegmentState.SEALED, file, index, header);
        } catch (NoSuchFileException | CorruptBatchException e) {
            LOG.warn("{}: {}; building the index anew", index, e.getMessage());
            return reindexed(file, base);
        }
    }

    private Segment reindexed(Path file, long base) throws IOException {
        var index = files.index(base);
        for (var what : SegmentSealer.reindex(file, index, base, -1, cycle, producers)) {
            damage.add(file.getFileName() + ": " + what);
        }
        ShardFiles.forceDirectory(files.directory());
        return Segment.closed(SegmentState.SEALED, file, index, IndexHeader.read(index));
    }

    private void appended(RecordBatch batch, int position) {
        producers.appended(batch, batch.baseOffset());
    }

    private void note(Path file, SegmentScan scan) {
        for (var what : scan.damage()) {
            damage.add(file.getFileName() + ": " + what);
        }
    }

    private void restoreProducers() {
        if (!segments.isEmpty()) {
            restoreProducers(segments.getLast());
        }
    }

    private void restoreProducers(Segment segment) {
        if (segment.index() instanceof ClosedIndex index) {
            producers.replaceBy(index.producers());
            segment.unmap();
        }
    }

    /** Takes over the open segment of a clean stop, if it is still just as it was left. */
    private boolean continueClean(List<Path> unsealed) throws IOException {
        if (unsealed.size() != 1 || !Files.exists(files.openIndex())) {
            return false;
        }
        var file = unsealed.getFirst();
        try {
            var header = IndexHeader.read(files.openIndex());
            var summary = header.summary();
            var segment = Segment.closed(SegmentState.OPEN, file, files.openIndex(), header);
            var data = segment.view().data().buffer(0);
            int end = (summary.dataEnd() + 3) & ~3;
            boolean same = file.equals(SegmentQueue.file(files.queue(), summary.cycle()))
                    && end + Integer.BYTES <= data.capacity()
                    && data.getInt(end) == 0
                    && SegmentSealer.firstCrc(data, segment.index()) == summary.firstCrc();
            if (!same) {
                throw new CorruptBatchException("the segment was altered after it was closed");
            }
            restoreProducers(segment);
            segments.add(segment);
            continued = segment;
            cycle = summary.cycle();
            firstCrc = summary.firstCrc();
            return true;
        } catch (CorruptBatchException e) {
            LOG.warn("{}: {}; verifying {}", files.openIndex(), e.getMessage(), file);
            return false;
        }
    }

    private void sealUnclean(Path file) throws IOException {
        long expected = segments.isEmpty() ? -1 : segments.getLast().end();
        var mapping = Mapping.of(file);
        var scan = SegmentScan.of(mapping.bytes(), expected, AtDamage.STOP, this::appended);
        mapping.close();
        note(file, scan);
        boolean damaged = !scan.damage().isEmpty();
        var segment = Segment.open(file, scan);
        cycle++;
        if (segment.records() > 0) {
            SegmentSealer.seal(files, segment, cycle, damaged, producers.all());
            segments.add(segment);
        } else if (damaged) {
            Files.createDirectories(files.damaged());
            Files.move(file, files.damaged().resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.delete(file);
        }
        segment.unmap();
    }

    private void checkDense() {
        for (int i = 1; i < segments.size(); i++) {
            var before = segments.get(i - 1);
            var after = segments.get(i);
            if (before.end() != after.base()) {
                damage.add("offsets " + before.end() + " to " + after.base() + ", exclusive, are in no segment");
            }
        }
    }
}
