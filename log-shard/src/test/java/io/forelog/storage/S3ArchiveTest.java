package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.record.Compression;
import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.S3Archive;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive in a bucket of a real server that speaks S3. */
class S3ArchiveTest {

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    @Test
    void archivedSegmentsAreReadBackByRangeFromABucket() throws Exception {
        try (var server = S3Server.start("segments")) {
            var endpoint = server.endpoint();
            var config = StorageConfig.defaults()
                    .withSegments(64 << 10, 400)
                    .withFreeBytesMin(0)
                    .withBatchBytesMax(64 << 10);
            try (var storage = new Storage(directory.resolve("data"), config, archive(endpoint))) {
                var log = storage.open(9, 2);
                Batches.appendUntil(log, 1_500, new Random(6), Compression.NONE);
                Awaitility.await()
                        .until(() -> log.segments().stream()
                                        .filter(each -> each.state() == SegmentState.OPEN)
                                        .count()
                                == 1);

                long archived = log.archiveBelow(1_000);

                assertThat(archived).isGreaterThan(500);
                assertThat(log.segments()).anyMatch(segment -> segment.state() == SegmentState.ARCHIVED);
                ChronicleShardLogTest.assertHolds(log, 0, 1_500);
                log.deleteBelow(archived);
                storage.deleteArchived(9, 2);
            }
            try (var bucket = archive(endpoint)) {
                assertThat(bucket.size("nothing")).isEqualTo(-1);
                assertThatThrownBy(() -> bucket.read("nothing", 0, 10)).isInstanceOf(ArchiveException.class);
            }
        }
    }

    private static S3Archive archive(URI endpoint) {
        return new S3Archive(new S3Archive.Address(
                Optional.of(endpoint), "us-east-1", "segments", "forelog/", Optional.of("key"), Optional.of("secret")));
    }
}
