package io.forelog.storage;

import io.forelog.record.CorruptBatchException;
import io.forelog.storage.SegmentScan.AtDamage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads everything in a data directory that no node has open, and names what is not as it was written. Changes
 * nothing. What is in the archive is not read.
 *
 * <p>Used once, by one thread.
 */
public final class Verifier {

    private static final long NONE = -1;

    private final Path dataDir;
    private final Consumer<Finding> findings;
    private final Consumer<ShardDigest> digests;
    private MessageDigest digest = SegmentSealer.sha256();
    private long first = NONE;
    private long end;
    private long segments;
    private long batches;
    private long records;
    private long bytes;
    private long found;

    /**
     * @param findings told of each as it is found
     * @param digests told of each shard when it was read
     */
    public Verifier(Path dataDir, Consumer<Finding> findings, Consumer<ShardDigest> digests) {
        this.dataDir = dataDir;
        this.findings = findings;
        this.digests = digests;
    }

    /**
     * What a shard holds here, in short: the same for every replica that has the same records, however its segments
     * were rolled.
     *
     * @param shard the incarnation of its log and its number, as the directories are named
     * @param from offset of the first record read
     * @param end offset after the last one
     * @param sha256 of the good batches one after another
     */
    public record ShardDigest(String shard, long from, long end, String sha256) {}

    /**
     * Damage in one file.
     *
     * @param file the file's path
     * @param damage where in it, and what
     */
    public record Finding(Path file, Damage damage) {

        @Override
        public String toString() {
            return file + ": " + damage;
        }
    }

    /**
     * What was read.
     *
     * @param segments files with batches
     * @param batches good ones
     * @param records in those
     * @param bytes their size together
     * @param findings how many were told
     */
    public record Summary(long segments, long batches, long records, long bytes, long findings) {}

    /**
     * Reads it all.
     *
     * @throws IllegalStateException if a process holds the directory, or it is not one of this layout
     * @throws UncheckedIOException if a file cannot be read
     */
    public Summary run() {
        if (!Files.exists(dataDir.resolve(DataDirectory.LAYOUT_FILE))) {
            throw new IllegalStateException(
                    dataDir + " is not a data directory: it has no file '" + DataDirectory.LAYOUT_FILE + "'");
        }
        try (var held = DataDirectory.open(dataDir)) {
            for (var log : directories(held.path().resolve("logs"))) {
                for (var shard : directories(log)) {
                    first = NONE;
                    digest = SegmentSealer.sha256();
                    verify(new ShardFiles(shard));
                    if (first != NONE) {
                        var name = log.getFileName() + "/" + shard.getFileName();
                        digests.accept(
                                new ShardDigest(name, first, end, HexFormat.of().formatHex(digest.digest())));
                    }
                }
            }
            return new Summary(segments, batches, records, bytes, found);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + dataDir, e);
        }
    }

    private static List<Path> directories(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (var children = Files.list(parent)) {
            return children.filter(Files::isDirectory).sorted().toList();
        }
    }

    private void verify(ShardFiles files) throws IOException {
        var ranges = new ArrayList<long[]>();
        for (var file : ShardFiles.list(files.directory(), ShardFiles.DESCRIPTOR)) {
            ranges.add(archived(files, file));
        }
        for (var file : ShardFiles.list(files.directory(), ShardFiles.SEGMENT)) {
            ranges.add(sealed(files, file));
        }
        ranges.sort(Comparator.comparingLong(range -> range[0]));
        long expected = ranges.isEmpty() ? -1 : ranges.getLast()[1];
        for (var file : ShardFiles.list(files.queue(), ShardFiles.SEGMENT)) {
            expected = open(files, file, expected);
        }
        for (int i = 1; i < ranges.size(); i++) {
            if (ranges.get(i - 1)[1] != ranges.get(i)[0]) {
                finding(
                        files.directory(),
                        ranges.get(i - 1)[1],
                        0,
                        "offsets up to " + ranges.get(i)[0] + ", exclusive, are in no segment");
            }
        }
    }

    private long[] archived(ShardFiles files, Path file) throws IOException {
        long base = ShardFiles.base(file);
        try {
            ArchiveDescriptor.read(file);
            var header = wholeIndex(files.archivedIndex(base));
            return new long[] {base, header.summary().end()};
        } catch (CorruptBatchException e) {
            finding(file, base, 0, String.valueOf(e.getMessage()));
            return new long[] {base, base};
        }
    }

    /** Verifies a sealed segment; returns the offsets that it has. */
    private long[] sealed(ShardFiles files, Path file) throws IOException {
        long base = ShardFiles.base(file);
        var mapping = Mapping.of(file);
        try {
            var scan = scan(file, mapping, base);
            try {
                var summary = wholeIndex(files.index(base)).summary();
                compare(file, mapping, scan, summary);
                return new long[] {base, summary.end()};
            } catch (CorruptBatchException e) {
                finding(files.index(base), base, 0, String.valueOf(e.getMessage()));
                return new long[] {base, scan.endOffset()};
            }
        } finally {
            mapping.close();
        }
    }

    private SegmentScan scan(Path file, Mapping mapping, long expected) {
        segments++;
        var scan = SegmentScan.of(mapping.bytes(), expected, AtDamage.SKIP, (batch, position) -> {
            batches++;
            records += batch.count();
            bytes += batch.sizeBytes();
            first = first == NONE ? batch.baseOffset() : first;
            end = batch.endOffset();
            digest.update(batch.buffer());
        });
        scan.damage().forEach(damage -> finding(file, damage.offset(), damage.position(), damage.what()));
        return scan;
    }

    private static IndexHeader wholeIndex(Path file) throws IOException {
        if (!Files.exists(file)) {
            throw new CorruptBatchException("the index is missing");
        }
        var header = IndexHeader.read(file);
        var mapping = Mapping.of(file);
        try {
            ClosedIndex.whole(mapping.bytes());
            return header;
        } finally {
            mapping.close();
        }
    }

    /** Compares a segment that was sealed, or closed in order, with what its index says of it. */
    private void compare(Path file, Mapping mapping, SegmentScan scan, SegmentSummary summary) {
        if (summary.damaged()) {
            finding(
                    file,
                    summary.end(),
                    summary.dataEnd(),
                    "the segment was closed at damage that an earlier start found");
        }
        if (scan.endOffset() < summary.end() && scan.damage().isEmpty()) {
            finding(
                    file,
                    scan.endOffset(),
                    scan.dataEnd(),
                    "the file ends here; its records went on to offset " + summary.end());
        }
        boolean isSealed = file.getFileName().toString().equals(ShardFiles.fileName(summary.base()));
        int end = isSealed ? SegmentSummary.sealedBytes(summary.dataEnd()) : summary.dataEnd();
        var all = mapping.bytes();
        if (all.capacity() < end) {
            finding(file, summary.end(), all.capacity(), "the file has " + all.capacity() + " bytes, not " + end);
        } else if (scan.damage().isEmpty() && IndexWriter.crc(all, 0, end) != summary.fileCrc()) {
            finding(
                    file,
                    summary.base(),
                    0,
                    "every batch is whole, but Chronicle's header or index words are not as they were written");
        }
    }

    /** Verifies a segment in the queue; returns the offset after it. */
    private long open(ShardFiles files, Path file, long expected) throws IOException {
        var mapping = Mapping.of(file);
        try {
            var scan = scan(file, mapping, expected);
            if (Files.exists(files.openIndex())) {
                try {
                    compare(file, mapping, scan, wholeIndex(files.openIndex()).summary());
                } catch (CorruptBatchException e) {
                    finding(files.openIndex(), scan.base(), 0, String.valueOf(e.getMessage()));
                }
            }
            return scan.endOffset();
        } finally {
            mapping.close();
        }
    }

    private void finding(Path file, long offset, long position, String what) {
        found++;
        findings.accept(new Finding(file, new Damage(offset, position, what)));
    }
}
