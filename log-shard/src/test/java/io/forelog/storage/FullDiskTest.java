package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.error.DiskFullException;
import io.forelog.record.Compression;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small file system of its own, filled to the last byte at each place where the storage writes. */
class FullDiskTest {

    private static final int DISK_BYTES = 12 << 20;
    private static final StorageConfig SMALL = StorageConfig.defaults()
            .withSegments(256 << 10, 2_000)
            .withFreeBytesMin(0)
            .withBatchBytesMax(1 << 20);

    @TempDir
    private Path mountPoint;

    private @Nullable SmallDisk mounted;

    @BeforeEach
    void mount() throws Exception {
        mounted = SmallDisk.mount(mountPoint, DISK_BYTES);
    }

    @AfterEach
    void unmount() throws Exception {
        if (mounted != null) {
            mounted.unmount();
        }
    }

    /** Takes all that is left of the disk, to the byte, but for {@code leave}. */
    private Path fill(long leave) throws IOException {
        var filler = mountPoint.resolve("filler");
        long free = Files.getFileStore(mountPoint).getUsableSpace();
        NativeFiles.reserve(filler, 0, Math.max(1, free - leave));
        return filler;
    }

    @Test
    void appendsUntilTheDiskIsFullAreRefusedCleanlyAndGoOnWhenSpaceReturns() throws IOException {
        long end;
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            var log = storage.open(1, 0);
            end = appendUntilRefused(log);
            assertThat(end).isPositive();
            ChronicleShardLogTest.assertHolds(log, 0, end);
            // A segment sealed meanwhile may have given back what was reserved for it.
            end = appendUntilRefused(log);
            ChronicleShardLogTest.assertHolds(log, 0, end);

            log.deleteBelow(end / 2);
            long start = log.startOffset();
            assertThat(start).isPositive();
            Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> assertThat(
                            log.append(Batches.batch(log.endOffset(), 20, Compression.NONE), 1))
                    .isEqualTo(log.endOffset() - 20));

            ChronicleShardLogTest.assertHolds(log, start, end + 20);
        }
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            var log = storage.open(1, 0);
            ChronicleShardLogTest.assertHolds(log, log.startOffset(), end + 20);
            assertThat(log.damage()).isNull();
        }
    }

    /** Each step leaves 4 KiB more than the one before, so that the disk ends in turn at each thing that is written. */
    @Test
    void aDiskThatEndsAtAnyWriteOfAFirstAppendRefusesItAndHoldsNothingHalfWritten() throws IOException {
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            int refused = 0;
            int shard = 0;
            for (long leave = 16 << 10; leave < 2 << 20; leave += leave < 400 << 10 ? 8 << 10 : 128 << 10) {
                var filler = fill(leave);
                var log = openOrNull(storage, shard);
                if (log == null) {
                    Files.delete(filler);
                    continue;
                }
                boolean isRefused = false;
                try {
                    log.append(Batches.batch(0, 30, Compression.NONE), 1);
                } catch (DiskFullException e) {
                    isRefused = true;
                    refused++;
                    assertThat(log.endOffset()).isZero();
                }
                Files.delete(filler);
                if (isRefused) {
                    log.append(Batches.batch(0, 30, Compression.NONE), 1);
                }
                ChronicleShardLogTest.assertHolds(log, 0, 30);
                storage.delete(1, shard++);
            }
            assertThat(refused).isGreaterThan(10);
        }
    }

    private static ShardLog openOrNull(Storage storage, int shard) {
        try {
            return storage.open(1, shard);
        } catch (UncheckedIOException noRoomForTheDirectory) {
            return null;
        }
    }

    @Test
    void aSegmentThatCannotBeSealedForLackOfSpaceIsSealedWhenThereIsSome() throws IOException {
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            var log = storage.open(1, 0);
            var random = new Random(3);
            Batches.appendUntil(log, 1_500, random, Compression.NONE);
            var filler = fill(0);
            long end = appendUntilRefused(log);
            ChronicleShardLogTest.assertHolds(log, 0, end);

            Files.delete(filler);
            Batches.appendUntil(log, end + 6_000, random, Compression.NONE);

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> log.segments().stream()
                                    .filter(segment -> segment.state() == SegmentState.OPEN)
                                    .count()
                            == 1);
            ChronicleShardLogTest.assertHolds(log, 0, end + 6_000);
        }
    }

    @Test
    void aNodeStartsAndReadsOnAFullDisk() throws IOException {
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            Batches.appendUntil(storage.open(1, 0), 5_000, new Random(4), Compression.NONE);
        }
        fill(0);

        try (var storage = new Storage(mountPoint.resolve("data"), SMALL)) {
            var log = storage.open(1, 0);

            ChronicleShardLogTest.assertHolds(log, 0, 5_000);
            assertThatThrownBy(() -> Batches.appendUntil(log, 20_000, new Random(5), Compression.NONE))
                    .isInstanceOf(DiskFullException.class);
            ChronicleShardLogTest.assertHolds(log, 0, log.endOffset());
        }
    }

    @Test
    void theReserveIsLeftFreeButForIndexesOfWhatIsThere() {
        try (var storage = new Storage(mountPoint.resolve("data"), SMALL.withFreeBytesMin(5 << 20))) {
            appendUntilRefused(storage.open(1, 0));

            assertThat(mountPoint.toFile().getUsableSpace()).isGreaterThan(9 << 19);
        }
    }

    private static long appendUntilRefused(ShardLog log) {
        var random = new Random(1);
        try {
            while (true) {
                log.append(Batches.batch(log.endOffset(), 1 + random.nextInt(30), Compression.NONE), 1);
            }
        } catch (DiskFullException refused) {
            return log.endOffset();
        }
    }
}
