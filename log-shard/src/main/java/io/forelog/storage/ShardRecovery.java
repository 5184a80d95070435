package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
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
    private final List<Segment> segments = new ArrayList<>();
    private final List<String> damage = new ArrayList<>();
    private final Producers producers = new Producers();
    private @Nullable Segment continued;
    private int cycle;
    private int firstCrc;

    ShardRecovery(ShardFiles files) {
        this.files = files;
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
    @Nullable Segment continued() {
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
        for (var file : ShardFiles.list(files.directory(), ShardFiles.SEGMENT)) {
            segments.add(sealed(file));
        }
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

    private Segment sealed(Path file) throws IOException {
        String name = file.getFileName().toString();
        long base = Long.parseLong(name.substring(0, name.length() - ShardFiles.SEGMENT.length()));
        var index = files.index(base);
        try {
            var header = IndexHeader.read(index);
            var summary = header.summary();
            if (summary.base() != base || summary.dataEnd() > Files.size(file)) {
                throw new CorruptBatchException("index and segment do not belong together");
            }
            cycle = Math.max(cycle, summary.cycle());
            return Segment.closed(file, index, summary, header.maxTimestamp());
        } catch (NoSuchFileException | CorruptBatchException e) {
            LOG.warn("{}: {}; building the index anew", index, e.getMessage());
            return reindexed(file, base);
        }
    }

    private Segment reindexed(Path file, long base) throws IOException {
        var segment = scanned(file, base);
        SegmentSealer.seal(files, segment, cycle, true, producers.all());
        return segment;
    }

    /** Builds the index of a segment from its batches; notes where they end early. */
    private Segment scanned(Path file, long expected) throws IOException {
        var mapping = Mapping.of(file);
        var scan = SegmentScan.of(mapping.bytes(), expected, (batch, position) -> producers.appended(batch, batch.baseOffset()));
        mapping.close();
        if (scan.damage() != null) {
            damage.add(file.getFileName() + ": " + scan.damage());
        }
        return Segment.open(file, scan);
    }

    private void restoreProducers() {
        if (!segments.isEmpty() && segments.getLast().openIndex() == null) {
            restoreProducers(segments.getLast());
        }
    }

    private void restoreProducers(Segment segment) {
        if (segment.openIndex() == null) {
            segment.closedIndex().producers().forEach(producers::put);
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
            var segment = Segment.closed(file, files.openIndex(), summary, header.maxTimestamp());
            boolean same = file.equals(SegmentQueue.file(files.queue(), summary.cycle()))
                    && summary.dataEnd() + Integer.BYTES <= segment.data().capacity()
                    && segment.data().getInt((summary.dataEnd() + 3) & ~3) == 0
                    && SegmentSealer.firstCrc(segment.data(), segment.index()) == summary.firstCrc();
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
        int damagedBefore = damage.size();
        var segment = scanned(file, expected);
        boolean damaged = damage.size() > damagedBefore;
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
