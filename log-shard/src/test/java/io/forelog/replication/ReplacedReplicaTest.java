package io.forelog.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.metadata.Group;
import io.forelog.metadata.Log;
import io.forelog.raft.MemberId;
import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replica that has stopped for good on a node that runs is made anew from the others, and the last copy never is. */
class ReplacedReplicaTest {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final List<String> NODES = List.of("a", "b", "c");
    private static final int LARGE_BYTES = 180 << 10;
    private static final MemberId FIRST = MemberId.of("c");

    @TempDir
    private Path directory;

    private GroupsFixture cluster;
    private Log log;

    @BeforeEach
    void start() throws Exception {
        cluster = new GroupsFixture(directory);
        cluster.leftoversGrace(Duration.ofMillis(500));
        for (var node : NODES) {
            cluster.start(node);
        }
        log = cluster.createLog("replaced", 1);
        append(0, 30);
        cluster.assertSameEverywhere(log, 0, 30);
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void aReplicaWhoseLogWasDamagedIsMadeAnewAndHasEverything() throws Exception {
        cluster.stop("c");
        damageLog();

        cluster.start("c");
        append(30, 60);

        awaitAnother();
        cluster.assertSameEverywhere(log, 0, 60);
        assertThat(cluster.node("c").replication().replacedReplicas()).isOne();
        assertThat(cluster.node("c").replication().stoppedReplicas()).isZero();
        await().atMost(SOON).untilAsserted(() -> assertThat(home()).doesNotExist());
    }

    /** Without its directory, the log's next file cannot be begun: that is final. */
    @Test
    void aReplicaThatStoppedWhileItsNodeWentOnIsMadeAnew() throws Exception {
        try (var paths = Files.walk(home())) {
            for (var path : paths.sorted((one, other) -> other.compareTo(one)).toList()) {
                Files.delete(path);
            }
        }

        appendLarge(30, 60);

        awaitAnother();
        cluster.assertSameEverywhere(log, 0, 60);
    }

    @Test
    void theLastCopyStaysWhatItIs() throws Exception {
        for (var node : NODES) {
            cluster.stop(node);
        }
        damageLog();

        cluster.start("c");
        await().atMost(SOON).until(() -> cluster.node("c").replication().stoppedReplicas() == 1);
        await().during(Duration.ofSeconds(3)).atMost(SOON).untilAsserted(() -> {
            assertThat(group().replicas()).contains(FIRST);
            assertThat(home()).exists();
        });

        cluster.start("a");
        cluster.start("b");
        append(30, 40);
        awaitAnother();
        cluster.assertSameEverywhere(log, 0, 40);
    }

    private void append(int from, int end) {
        for (int number = from; number < end; number++) {
            assertThat(cluster.append(log, 0, number).baseOffset()).isEqualTo(number);
        }
    }

    /** More, in all, than a file of the groups' logs takes. */
    private void appendLarge(int from, int end) {
        for (int number = from; number < end; number++) {
            var record = new LogRecord(GroupsFixture.bytes("large"), new byte[LARGE_BYTES], List.of(), number);
            var batch = new RecordBatchBuilder(Compression.NONE).add(record).build();
            var appended = cluster.appendAt(cluster.leaderOf(log, 0), log, 0, batch).join();
            assertThat(appended.baseOffset()).isEqualTo(number);
        }
    }

    private Group group() {
        return cluster.metadata().state().group(log.shards().shards().getFirst());
    }

    private Path home() {
        return cluster.home("c").resolve("groups").resolve(group().channel() + "-0");
    }

    private void awaitAnother() {
        await().atMost(SOON).untilAsserted(() -> {
            assertThat(group().isMoving()).isFalse();
            assertThat(group().present()).doesNotContain(FIRST).hasSize(NODES.size());
        });
    }

    /** Flips a bit of the first entry that was forced. */
    private void damageLog() throws IOException {
        try (var paths = Files.list(home().resolve("wal"))) {
            var file = paths.filter(path -> path.getFileName().toString().startsWith("wal-"))
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(file);
            int header = 128;
            int at = IntStream.range(header, bytes.length)
                    .filter(index -> bytes[index] != 0)
                    .findFirst()
                    .orElseThrow();
            bytes[at] ^= 1;
            Files.write(file, bytes, StandardOpenOption.WRITE);
        }
    }
}
