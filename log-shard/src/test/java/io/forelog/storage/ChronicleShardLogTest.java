package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.record.Compression;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ChronicleShardLogTest {

    private static final long LOG = 7;
    private static final StorageConfig SMALL = StorageConfig.defaults()
            .withSegments(64 << 10, 400)
            .withBatchBytesMax(64 << 10)
            .withFreeBytesMin(0);

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    private Storage storage;
    private ShardLog log;

    @BeforeEach
    void open() {
        storage = new Storage(directory, SMALL);
        log = storage.open(LOG, 3);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private void restart() {
        storage.close();
        open();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void everyRecordIsReadBackAtItsOffsetFromEachSegmentAndAfterARestart(Compression compression) {
        Batches.appendUntil(log, 3_000, new Random(1), compression);

        assertHolds(log, 0, 3_000);
        restart();
        assertHolds(log, 0, 3_000);
        assertThat(log.damage()).isNull();
    }

    @Test
    void appendsGoOnInTheSameSegmentAfterACleanStop() {
        Batches.appendUntil(log, 50, new Random(2), Compression.NONE);
        restart();
        Batches.appendUntil(log, 100, new Random(3), Compression.NONE);
        restart();

        assertHolds(log, 0, 100);
        assertThat(directory.resolve("logs/0000000000000007/3").toFile().list((dir, name) -> name.endsWith(".cq4")))
                .isEmpty();
    }

    @Test
    void anEmptyLogStaysEmpty() {
        restart();

        assertThat(log.startOffset()).isZero();
        assertThat(log.endOffset()).isZero();
        assertThatThrownBy(() -> log.read(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(log.readBatches(0, 10, 1000)).isEmpty();
        assertThat(log.newestOffset(Batches.keyOf(1), 10)).isEqualTo(-1);
    }

    @Test
    void aSegmentBegunAheadTakesTheFirstAppendAndIsNothingWhereNoneCame() throws Exception {
        log.prepare();
        log.prepare();
        assertThat(log.isReadyFor(1_000)).isTrue();
        assertThat(log.endOffset()).isZero();
        var killed = directory.resolve("killed");
        copyTo(killed);

        restart();
        assertThat(log.endOffset()).isZero();
        log.prepare();
        Batches.appendUntil(log, 50, new Random(5), Compression.NONE);

        assertHolds(log, 0, 50);
        assertThat(log.segments()).hasSize(1);
        try (var other = new Storage(killed, SMALL)) {
            var after = other.open(LOG, 3);
            assertThat(after.damage()).isNull();
            assertThat(after.endOffset()).isZero();
            Batches.appendUntil(after, 50, new Random(5), Compression.NONE);
            assertHolds(after, 0, 50);
        }
    }

    /** As a kill would leave the shard. */
    private void copyTo(Path target) throws IOException {
        var logs = directory.resolve("logs");
        try (var paths = Files.walk(logs)) {
            for (var path : (Iterable<Path>) paths::iterator) {
                var copy = target.resolve("logs").resolve(logs.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
    }

    /** Large batches are written to the file by a call, small ones through the mapping, into the same segments. */
    @Test
    void smallAndLargeBatchesFollowEachOther() {
        var config = StorageConfig.defaults().withSegments(1 << 20, 40_000).withFreeBytesMin(0);
        var random = new Random(6);
        var folder = directory.resolve("large");
        try (var large = new Storage(folder, config)) {
            var shard = large.open(LOG, 3);
            while (shard.endOffset() < 30_000) {
                int count = random.nextBoolean() ? 1 + random.nextInt(30) : 600 + random.nextInt(2_000);
                shard.append(Batches.batch(shard.endOffset(), count, Compression.NONE), 1);
            }
            assertThat(shard.segments()).hasSizeGreaterThan(3);
            assertHolds(shard, 0, shard.endOffset());
        }

        try (var again = new Storage(folder, config)) {
            var shard = again.open(LOG, 3);
            assertThat(shard.damage()).isNull();
            assertThat(shard.endOffset()).isGreaterThanOrEqualTo(30_000);
            shard.append(Batches.batch(shard.endOffset(), 1_000, Compression.NONE), 1);
            assertHolds(shard, 0, shard.endOffset());
        }
    }

    @Test
    void batchRunsBeginWithTheBatchThatHoldsTheOffsetAndEndAtTheBounds() {
        for (int i = 0; i < 100; i++) {
            log.append(Batches.batch(log.endOffset(), 10, Compression.NONE), 1);
        }

        var run = log.readBatches(234, 300, Integer.MAX_VALUE);

        assertThat(run).extracting(RecordBatch::baseOffset).containsExactly(230L, 240L, 250L, 260L, 270L, 280L, 290L);
        assertThat(log.readBatches(234, 1_000, 1)).hasSize(1);
        assertThat(log.readBatches(1_000, 1_000, 1)).isEmpty();
        assertThat(log.readBatches(0, Long.MAX_VALUE, Integer.MAX_VALUE)).hasSize(100);
    }

    @Test
    void historyOfAKeyIsCompleteInBothDirectionsAndPages() {
        Batches.appendUntil(log, 2_500, new Random(4), Compression.LZ4);

        for (int key = 0; key < Batches.KEYS; key++) {
            byte[] name = ("key-" + key).getBytes(StandardCharsets.UTF_8);
            long[] expected = LongStream.range(0, 2_500)
                    .filter(at -> Arrays.equals(name, Batches.key(at)))
                    .toArray();
            long[] descending = LongStream.range(0, expected.length)
                    .map(i -> expected[(int) (expected.length - 1 - i)])
                    .toArray();
            assertThat(log.offsetsFrom(name, 0, 2_500, 10_000)).isEqualTo(expected);
            assertThat(log.offsetsBelow(name, 2_500, 10_000)).isEqualTo(descending);
            assertThat(log.offsetsFrom(name, expected[3], expected[9], 4))
                    .isEqualTo(Arrays.copyOfRange(expected, 3, 7));
            assertThat(log.offsetsBelow(name, expected[9], 4))
                    .containsExactly(expected[8], expected[7], expected[6], expected[5]);
            assertThat(log.newestOffset(name, 2_500)).isEqualTo(expected[expected.length - 1]);
            assertThat(log.newestOffset(name, expected[5])).isEqualTo(expected[4]);
            assertThat(log.newestOffset(name, expected[0])).isEqualTo(-1);
        }
        assertThat(log.newestOffset("absent".getBytes(StandardCharsets.UTF_8), 2_500))
                .isEqualTo(-1);
    }

    @Test
    void theFirstRecordAtOrAfterATimeIsFoundThoughTimesDoNotAscend() {
        Batches.appendUntil(log, 2_000, new Random(5), Compression.NONE);

        for (long time = Batches.time(0) - 5; time < Batches.time(1_999) + 50; time += 777) {
            long wanted = time;
            long expected = LongStream.range(0, 2_000)
                    .filter(at -> Batches.time(at) >= wanted)
                    .findFirst()
                    .orElse(2_000);
            assertThat(log.offsetAtTime(time)).as("time %d", time).isEqualTo(expected);
        }
    }

    @Test
    void aForceCoversAllThatWasAppendedBefore() {
        Batches.appendUntil(log, 1_500, new Random(6), Compression.NONE);
        assertThat(log.forcedOffset()).isLessThan(1_500);

        log.force();

        assertThat(log.forcedOffset()).isEqualTo(1_500);
    }

    @Test
    void aSecondProcessOrStorageIsRefusedAndToldWhoHoldsTheDirectory() {
        assertThatThrownBy(() -> new Storage(directory, SMALL))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
    }

    @Test
    void deletedLogIsGoneAndItsPlaceCanBeUsedAgain() {
        Batches.appendUntil(log, 500, new Random(8), Compression.NONE);

        storage.delete(LOG, 3);

        assertThat(directory.resolve("logs/0000000000000007/3")).doesNotExist();
        log = storage.open(LOG, 3);
        assertThat(log.endOffset()).isZero();
    }

    @Test
    void aLogThatBeginsAnewHasNothingOfBeforeAndIsTheSameAfterARestart() {
        Batches.appendUntil(log, 900, new Random(6), Compression.NONE);
        log.append(ofProducer(5, 900), 1);

        log.beginAt(2_000);

        assertThat(log.startOffset()).isEqualTo(2_000);
        assertThat(log.endOffset()).isEqualTo(2_000);
        assertThat(log.producers()).isEmpty();
        assertThatThrownBy(() -> log.read(900)).isInstanceOf(IndexOutOfBoundsException.class);
        log.append(ofProducer(6, 2_000), 1);
        Batches.appendUntil(log, 2_900, new Random(7), Compression.NONE);
        var remembered = log.producers();
        assertThat(remembered).extracting(ShardLog.ProducerState::producerId).containsExactly(6L);
        assertHolds(log, 2_000, 2_900);

        restart();

        assertHolds(log, 2_000, 2_900);
        assertThat(log.producers()).isEqualTo(remembered);
        assertThatThrownBy(() -> log.beginAt(2_900)).isInstanceOf(IllegalArgumentException.class);
    }

    /** A segment gets its name for good while it is sealed, in the background: no read may miss it then. */
    @Test
    void recordsAreReadWhileTheirSegmentIsSealed() throws Exception {
        var over = new AtomicBoolean();
        var read = new AtomicLong();
        var reading = CompletableFuture.runAsync(() -> {
            while (!over.get()) {
                // The newest segments, which are mapped by the first read of them.
                for (long offset = Math.max(0, log.endOffset() - 120); offset < log.endOffset(); offset += 10) {
                    Batches.assertIsAt(offset, log.read(offset));
                    read.incrementAndGet();
                }
            }
        });

        for (int end = 500; end <= 20_000 && !reading.isDone(); end += 500) {
            Batches.appendUntil(log, end, new Random(end), Compression.NONE);
        }
        over.set(true);
        reading.get(20, TimeUnit.SECONDS);

        assertThat(read).hasPositiveValue();
        assertThat(log.damage()).isNull();
    }

    private static RecordBatch ofProducer(long producer, long offset) {
        return new RecordBatchBuilder(Compression.NONE)
                .add(Batches.record(offset))
                .producer(producer, (short) 1, 3)
                .build();
    }

    static void assertHolds(ShardLog log, long from, long end) {
        assertThat(log.startOffset()).isEqualTo(from);
        assertThat(log.endOffset()).isEqualTo(end);
        for (long offset = from; offset < end; offset++) {
            Batches.assertIsAt(offset, log.read(offset));
        }
    }
}
