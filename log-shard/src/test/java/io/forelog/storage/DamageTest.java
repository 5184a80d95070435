package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.Compression;
import io.forelog.record.CorruptBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One bit of a segment's file is flipped, or the file is cut short: no read may return a wrong record, and the
 * offline verifier names the damage. Places are every field of a batch, Chronicle's header and index words, and
 * random ones.
 */
class DamageTest {

    private static final StorageConfig SMALL = StorageConfig.defaults()
            .withSegments(64 << 10, 80)
            .withBatchBytesMax(64 << 10)
            .withFreeBytesMin(0);
    private static final int END = 200;

    /** Base offset, length, epoch, magic, CRC, attributes, last delta, times, producer, sequence, count, records. */
    private static final int[] BATCH_FIELDS = {0, 8, 12, 16, 17, 21, 23, 27, 35, 43, 51, 53, 57, 61, 62, 66, 70, 90};

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private Path pristine;

    /** Leaves two sealed segments and an open one, closed in order. */
    @BeforeEach
    void write() throws IOException {
        pristine = directory.resolve("pristine");
        try (var storage = new Storage(pristine, SMALL)) {
            Batches.appendUntil(storage.open(1, 0), END, new Random(17), Compression.NONE);
        }
        assertThat(verify(pristine)).isEmpty();
    }

    private List<Path> segmentFiles() throws IOException {
        var shard = new ShardFiles(pristine.resolve("logs/0000000000000001/0"));
        var files = new ArrayList<>(ShardFiles.list(shard.directory(), ShardFiles.SEGMENT));
        assertThat(files).hasSizeGreaterThanOrEqualTo(2);
        files.addAll(ShardFiles.list(shard.queue(), ShardFiles.SEGMENT));
        assertThat(files).hasSizeGreaterThanOrEqualTo(3);
        return files;
    }

    @Test
    void aBitFlippedInAnyFieldOfABatchIsNeverReadAsARecordAndAlwaysNamed() throws IOException {
        for (var file : segmentFiles()) {
            var positions = batchPositions(file);
            for (int position :
                    List.of(positions.getFirst(), positions.get(positions.size() / 2), positions.getLast())) {
                assertHarmless(file, position - Integer.BYTES, 1);
                for (int field : BATCH_FIELDS) {
                    assertHarmless(file, position + field, 1 << (position + field) % 8);
                }
            }
        }
    }

    @Test
    void aBitFlippedInChroniclesHeaderOrIndexWordsIsNeverReadAsARecordAndAlwaysNamed() throws IOException {
        for (var file : segmentFiles()) {
            int firstBatch = batchPositions(file).getFirst();
            byte[] bytes = Files.readAllBytes(file);
            for (int at = 0, flips = 0; at < firstBatch - Integer.BYTES && flips < 60; at++) {
                if (bytes[at] != 0 || at % 4001 == 0) {
                    assertHarmless(file, at, 1 << at % 8);
                    flips++;
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 20261121})
    void randomFlipsAreHarmlessAndNamed(long seed) throws IOException {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        var files = segmentFiles();
        for (int round = 0; round < 60; round++) {
            var file = files.get(random.nextInt(files.size()));
            assertHarmless(file, random.nextInt(endOfData(file)), 1 << random.nextInt(8));
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {2, 20261122})
    void aFileCutShortAnywhereIsHarmlessAndNamed(long seed) throws IOException {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (var file : segmentFiles()) {
            int end = endOfData(file);
            var cuts = new ArrayList<>(List.of(
                    0, 1, 3, 4, 64, end - 1, end - 4, batchPositions(file).getLast()));
            for (int i = 0; i < 12; i++) {
                cuts.add(random.nextInt(end));
            }
            for (int cut : cuts) {
                var copy = copy();
                var target = copy.resolve(pristine.relativize(file));
                Files.write(target, Arrays.copyOf(Files.readAllBytes(file), cut));
                assertThat(verify(copy))
                        .as("%s cut at %d", file.getFileName(), cut)
                        .anyMatch(finding -> finding.file().equals(target));
                assertNothingWrongIsRead(copy, file.getFileName() + " cut at " + cut);
            }
        }
    }

    @Test
    void aDamagedIndexIsBuiltAnewAndNoRecordIsLost() throws IOException {
        var shard = new ShardFiles(pristine.resolve("logs/0000000000000001/0"));
        var random = new Random(4);
        for (var index : ShardFiles.list(shard.directory(), ShardFiles.INDEX)) {
            for (int round = 0; round < 20; round++) {
                var copy = copy();
                var target = copy.resolve(pristine.relativize(index));
                byte[] bytes = Files.readAllBytes(target);
                int at = random.nextInt(bytes.length);
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(target, bytes);
                String where = index.getFileName() + " flipped at " + at;

                assertThat(verify(copy)).as(where).anyMatch(finding -> finding.file()
                        .equals(target));
                try (var storage = new Storage(copy, SMALL)) {
                    ChronicleShardLogTest.assertHolds(storage.open(1, 0), 0, END);
                }
            }
        }
    }

    private void assertHarmless(Path file, int at, int bit) throws IOException {
        var copy = copy();
        var target = copy.resolve(pristine.relativize(file));
        byte[] bytes = Files.readAllBytes(target);
        bytes[at] ^= (byte) bit;
        Files.write(target, bytes);
        String where = file.getFileName() + ": bit " + bit + " flipped at " + at;

        assertThat(verify(copy)).as(where).anyMatch(finding -> finding.file().equals(target));
        assertNothingWrongIsRead(copy, where);
    }

    /** Reads everything, by offset, run and key, as a node would that is started on it. */
    private static void assertNothingWrongIsRead(Path copy, String where) {
        try (var storage = new Storage(copy, SMALL)) {
            var log = storage.open(1, 0);
            int refused = 0;
            for (long offset = 0; offset < END; offset++) {
                try {
                    Batches.assertIsAt(offset, log.read(offset));
                } catch (CorruptBatchException | IndexOutOfBoundsException e) {
                    refused++;
                }
            }
            for (long offset = 0; offset < END; offset += 13) {
                long newest = newest(log, Batches.keyOf(offset));
                assertThat(newest < 0 || Arrays.equals(Batches.key(newest), Batches.keyOf(offset)))
                        .as(where)
                        .isTrue();
            }
            assertThat(refused == 0 || log.damage() != null || log.endOffset() < END)
                    .as(where + ": refused " + refused)
                    .isTrue();
            // The log takes appends all the same.
            long end = log.endOffset();
            log.append(Batches.batch(end, 5, Compression.NONE), 1);
            Batches.assertIsAt(end, log.read(end));
        }
    }

    private static long newest(ShardLog log, byte[] key) {
        try {
            return log.newestOffset(key, END);
        } catch (CorruptBatchException e) {
            return -1;
        }
    }

    private static List<Verifier.Finding> verify(Path directory) {
        var findings = new ArrayList<Verifier.Finding>();
        new Verifier(directory, findings::add, digest -> {}).run();
        return findings;
    }

    /** Returns where the batches of a segment's file begin. */
    private static List<Integer> batchPositions(Path file) throws IOException {
        var positions = new ArrayList<Integer>();
        SegmentScan.of(
                ByteBuffer.wrap(Files.readAllBytes(file)),
                -1,
                SegmentScan.AtDamage.STOP,
                (batch, position) -> positions.add(position));
        return positions;
    }

    private static int endOfData(Path file) throws IOException {
        return SegmentScan.of(
                        ByteBuffer.wrap(Files.readAllBytes(file)),
                        -1,
                        SegmentScan.AtDamage.STOP,
                        (batch, position) -> {})
                .dataEnd();
    }

    /** A process that was killed while Chronicle began a file leaves its first word marked, and nothing behind it. */
    @ParameterizedTest
    @ValueSource(ints = {0x80000000, 0xC0000000})
    void aSegmentThatWasOnlyBegunIsNoDamage(int header) throws IOException {
        var copy = copy();
        var shard = new ShardFiles(copy.resolve("logs/0000000000000001/0"));
        var open = ShardFiles.list(shard.queue(), ShardFiles.SEGMENT);
        var begun = shard.queue().resolve("begun" + ShardFiles.SEGMENT);
        open.forEach(file -> assertThat(file.getFileName().toString()).isLessThan("begun"));
        Files.write(
                begun,
                ByteBuffer.allocate(2 << 20)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(0, header)
                        .array());
        Files.delete(shard.openIndex());

        try (var storage = new Storage(copy, SMALL)) {
            var log = storage.open(1, 0);

            assertThat(log.damage()).isNull();
            assertThat(log.endOffset()).isEqualTo(END);
            assertThat(begun).doesNotExist();
        }
    }

    private Path copy() throws IOException {
        var copy = directory.resolve("copy");
        ShardFiles.deleteTree(copy);
        Map<Path, Path> copies = new TreeMap<>();
        try (var all = Files.walk(pristine)) {
            all.forEach(each -> copies.put(each, copy.resolve(pristine.relativize(each))));
        }
        for (var each : copies.entrySet()) {
            Files.copy(each.getKey(), each.getValue(), StandardCopyOption.COPY_ATTRIBUTES);
        }
        return copy;
    }
}
