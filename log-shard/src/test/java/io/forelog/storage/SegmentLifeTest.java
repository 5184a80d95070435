package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.record.Compression;
import io.forelog.record.CorruptBatchException;
import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.ArchiveStore;
import io.forelog.storage.archive.DirectoryArchive;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of segments: deletion, archive, scrubbing, unmapping. */
class SegmentLifeTest {

    private static final StorageConfig SMALL = StorageConfig.defaults()
            .withSegments(64 << 10, 400)
            .withBatchBytesMax(64 << 10)
            .withFreeBytesMin(0)
            .withOpenMax(2, 3)
            .withScrub(Duration.ofMinutes(10), 1 << 30);
    private static final int END = 2_000;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private Storage storage;
    private ShardLog log;

    @BeforeEach
    void open() {
        storage = new Storage(directory.resolve("data"), SMALL, new DirectoryArchive(directory.resolve("archive")));
        log = storage.open(1, 0);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private void restart() {
        storage.close();
        open();
    }

    private void fill() {
        Batches.appendUntil(log, END, new Random(11), Compression.LZ4);
        restart();
        Batches.appendUntil(log, END + 500, new Random(12), Compression.NONE);
        Awaitility.await()
                .until(() -> log.segments().stream()
                                .filter(each -> each.state() == SegmentState.OPEN)
                                .count()
                        == 1);
    }

    @Test
    void retentionDeletesWholeSegmentsAndOffsetsStayWhatTheyWere() {
        fill();
        var third = log.segments().get(2);

        assertThat(log.deleteBelow(third.base() + 1)).isEqualTo(third.base());

        assertThat(log.startOffset()).isEqualTo(third.base());
        assertThatThrownBy(() -> log.read(third.base() - 1)).isInstanceOf(IndexOutOfBoundsException.class);
        restart();
        ChronicleShardLogTest.assertHolds(log, third.base(), END + 500);
    }

    @Test
    void expiryIsByAgeAndByBytesAndNeverTakesTheOpenSegment() {
        fill();
        var segments = log.segments();
        long total = segments.stream().mapToLong(SegmentInfo::batchBytes).sum();

        assertThat(log.expiredBelow(Long.MIN_VALUE, Long.MAX_VALUE)).isZero();
        assertThat(log.expiredBelow(segments.get(1).maxTimestamp() + 1, Long.MAX_VALUE))
                .isEqualTo(segments.get(2).base());
        assertThat(log.expiredBelow(Long.MIN_VALUE, total - 1))
                .isEqualTo(segments.get(1).base());
        assertThat(log.expiredBelow(Long.MAX_VALUE, 0))
                .isEqualTo(segments.getLast().base());
    }

    @Test
    void archivedSegmentsAreGoneFromTheDiskAndEveryRecordStaysReadable() throws IOException {
        fill();
        byte[] digest = log.digest(0, END + 500);
        assertThatIllegalArgumentException().isThrownBy(() -> log.digest(0, END + 501));
        long bytes = log.bytes();

        long archived = log.archiveBelow(END);

        assertThat(archived).isGreaterThan(END / 2);
        assertThat(log.bytes()).isLessThan(bytes / 2);
        ChronicleShardLogTest.assertHolds(log, 0, END + 500);
        restart();
        ChronicleShardLogTest.assertHolds(log, 0, END + 500);
        assertThat(log.digest(0, END + 500)).isEqualTo(digest);
        assertThat(log.newestOffset(Batches.keyOf(0), 10)).isZero();
        assertThat(log.offsetAtTime(Batches.time(100))).isEqualTo(100);
        assertThat(log.damage()).isNull();
    }

    @Test
    void aShardThatHasEndedIsArchivedWholeAndMayYetGoOn() throws IOException {
        fill();
        byte[] digest = log.digest(0, END + 500);

        log.endSegment();
        log.endSegment();
        assertThat(log.archiveBelow(END + 500)).isEqualTo(END + 500);

        assertThat(log.bytes()).isZero();
        restart();
        assertThat(log.endOffset()).isEqualTo(END + 500);
        assertThat(log.digest(0, END + 500)).isEqualTo(digest);
        Batches.appendUntil(log, END + 800, new Random(13), Compression.NONE);
        log.endSegment();
        Batches.appendUntil(log, END + 900, new Random(14), Compression.NONE);
        restart();
        ChronicleShardLogTest.assertHolds(log, 0, END + 900);
        assertThat(log.damage()).isNull();
    }

    @Test
    void anArchivedSegmentWhoseIndexIsLostIsIndexedAnewFromTheArchive() throws IOException {
        fill();
        log.archiveBelow(END);
        storage.close();
        Files.delete(ShardFiles.list(shard(), ShardFiles.ARCHIVED_INDEX).getFirst());

        open();

        ChronicleShardLogTest.assertHolds(log, 0, END + 500);
    }

    @Test
    void aSegmentIsKeptWhenTheArchiveDoesNotGiveBackWhatItWasGiven() {
        fill();
        storage.close();
        storage = new Storage(directory.resolve("data"), SMALL, new AlteringArchive(directory.resolve("bad")));
        log = storage.open(1, 0);

        assertThatThrownBy(() -> log.archiveBelow(END))
                .isInstanceOfAny(ArchiveException.class, CorruptBatchException.class);

        assertThat(log.segments()).noneMatch(segment -> segment.state() == SegmentState.ARCHIVED);
        ChronicleShardLogTest.assertHolds(log, 0, END + 500);
    }

    @Test
    void whatAnotherReplicaHasDeletedFromTheArchiveIsTold() throws IOException {
        fill();
        long archived = log.archiveBelow(END);
        var second = log.segments().get(1);
        assertThat(log.wholeFrom(0)).isZero();

        try (var objects = Files.walk(directory.resolve("archive"))) {
            var name = second.base() + "-" + second.end() + "-";
            Files.delete(objects.filter(path -> path.getFileName().toString().startsWith(name))
                    .findFirst()
                    .orElseThrow());
        }

        assertThat(log.wholeFrom(0)).isEqualTo(second.end()).isLessThan(archived);
        assertThat(log.wholeFrom(second.end())).isEqualTo(second.end());
        assertThat(log.wholeFrom(END)).isEqualTo(END);
    }

    @Test
    void deletionOfAnArchivedSegmentDeletesItsObject() throws IOException {
        fill();
        long archived = log.archiveBelow(END);

        log.deleteBelow(archived);

        try (var objects = Files.walk(directory.resolve("archive"))) {
            assertThat(objects.filter(Files::isRegularFile)).isEmpty();
        }
    }

    @Test
    void segmentsOfTheSameRecordsHaveTheSameDigestHoweverTheyWereRolled() {
        fill();
        var other = storage.open(1, 1);
        for (var batch : log.readBatches(0, Long.MAX_VALUE, Integer.MAX_VALUE)) {
            other.append(batch, 1);
        }

        assertThat(other.digest(0, END + 500)).isEqualTo(log.digest(0, END + 500));
        assertThat(other.segments().getFirst().sha256())
                .isEqualTo(log.segments().getFirst().sha256());
    }

    @Test
    void theScrubberNamesTheBatchThatRottedOnTheDisk() throws IOException {
        fill();
        var segment = log.segments().get(1);
        var file = new ShardFiles(shard()).segment(segment.base());
        try (var access = new RandomAccessFile(file.toFile(), "rw")) {
            long at = access.length() * 3 / 4;
            access.seek(at);
            int was = access.read();
            access.seek(at);
            access.write(was ^ 1);
        }

        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> log.damage() != null);

        assertThat(log.damage()).contains(file.getFileName().toString()).contains("offset ");
        assertThat(storage.scrubProgress().damagedSegments()).isPositive();
    }

    @Test
    void mappedSegmentsAndOpenQueuesAreBounded() throws IOException {
        fill();
        var logs = new ArrayList<ShardLog>(List.of(log));
        for (int shard = 1; shard < 8; shard++) {
            var each = storage.open(1, shard);
            Batches.appendUntil(each, 300, new Random(shard), Compression.NONE);
            logs.add(each);
        }
        var random = new Random(5);
        for (int i = 0; i < 2_000; i++) {
            var each = logs.get(random.nextInt(logs.size()));
            long offset = random.nextLong(each.endOffset());
            assertThat(each.read(offset).timestamp()).isEqualTo(Batches.time(offset));
            if (i % 50 == 0) {
                each.append(Batches.batch(each.endOffset(), 3, Compression.NONE), 1);
            }
        }

        assertThat(storage.mappedSegments()).isLessThanOrEqualTo(3);
        try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
            assertThat(descriptors.map(SegmentLifeTest::target).filter(name -> name.contains("/queue/")))
                    .hasSizeLessThanOrEqualTo(4);
        }
        for (var each : logs) {
            ChronicleShardLogTest.assertHolds(each, 0, each.endOffset());
        }
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private Path shard() {
        return directory.resolve("data/logs/0000000000000001/0");
    }

    /** Flips a bit of each object it is given. */
    private static final class AlteringArchive implements ArchiveStore {

        private final DirectoryArchive archive;

        AlteringArchive(Path root) {
            this.archive = new DirectoryArchive(root);
        }

        @Override
        public void put(String name, Path file) {
            try {
                byte[] bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 4;
                archive.put(name, Files.write(file, bytes));
            } catch (IOException e) {
                throw new ArchiveException("cannot alter " + file, e);
            }
        }

        @Override
        public byte[] read(String name, long from, int length) {
            return archive.read(name, from, length);
        }

        @Override
        public long size(String name) {
            return archive.size(name);
        }

        @Override
        public void delete(String name) {
            archive.delete(name);
        }

        @Override
        public void deleteAll(String prefix) {
            archive.deleteAll(prefix);
        }

        @Override
        public void close() {
            archive.close();
        }
    }
}
