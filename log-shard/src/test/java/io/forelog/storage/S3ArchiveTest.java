package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.record.Compression;
import io.forelog.storage.archive.ArchiveException;
import io.forelog.storage.archive.S3Archive;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive in a bucket of a real server that speaks S3 (Adobe's S3Mock), run as a process of its own. */
class S3ArchiveTest {

    private static final Pattern HTTP_PORT = Pattern.compile("Tomcat started on ports? .*?(\\d+) \\(http\\)");

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    @Test
    void archivedSegmentsAreReadBackByRangeFromABucket() throws Exception {
        var server = start();
        try {
            var endpoint = endpoint(server);
            createBucket(endpoint);
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
        } finally {
            server.destroy();
            server.waitFor();
        }
    }

    private static S3Archive archive(URI endpoint) {
        return new S3Archive(new S3Archive.Address(
                Optional.of(endpoint), "us-east-1", "segments", "forelog/", Optional.of("key"), Optional.of("secret")));
    }

    private static Process start() throws Exception {
        var jar = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(path -> path.endsWith("-exec.jar") && path.contains("s3mock"))
                .findFirst();
        Assumptions.assumeTrue(jar.isPresent(), "skipped: the S3 server's jar is not on the class path");
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-jar",
                        jar.get(),
                        "--server.port=0",
                        "--http.port=0"))
                .redirectErrorStream(true)
                .start();
    }

    private static URI endpoint(Process server) throws Exception {
        var lines = new BufferedReader(new InputStreamReader(server.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            var port = HTTP_PORT.matcher(line);
            if (port.find()) {
                Thread.ofVirtual().start(() -> drain(lines));
                return URI.create("http://127.0.0.1:" + port.group(1));
            }
        }
        throw new AssertionError("the S3 server did not start");
    }

    private static void drain(Reader lines) {
        try (lines) {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException ended) {
            // With the server.
        }
    }

    private static void createBucket(URI endpoint) throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(endpoint.resolve("/segments/"))
                    .PUT(HttpRequest.BodyPublishers.noBody())
                    .build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.discarding())
                            .statusCode())
                    .isEqualTo(200);
        }
    }
}
