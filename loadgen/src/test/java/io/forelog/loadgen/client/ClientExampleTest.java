package io.forelog.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.demo.NodeProcess;
import io.forelog.record.RecordAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The client as a program of one's own would use it, on a real node; the README shows the first of these. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientExampleTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    private NodeProcess node;
    private ForelogClient client;

    @BeforeAll
    void start(@TempDir Path folder) throws Exception {
        node = RealNode.start(folder, 0);
        // The first of these is nobody; calls go to the one that is there.
        client = ForelogClient.connect("http://127.0.0.1:1," + node.url());
    }

    @AfterAll
    void end() {
        client.close();
        node.close();
    }

    @Test
    void aProgramAppendsReadsAndFollows() throws Exception {
        client.createLog("orders", LogSettings.DEFAULT).await();
        var followed = new CopyOnWriteArrayList<String>();

        try (var _ = client.tail(
                        "orders", TailOptions.EARLIEST.withKey("user-42"), stored -> followed.add(stored.text()));
                var producer = client.producer("orders", ProducerOptions.DEFAULT)) {
            producer.send(NewRecord.of("user-42", "{\"item\":\"lamp\"}"));
            producer.send(NewRecord.of("user-7", "{\"item\":\"chair\"}"));
            RecordAddress address = producer.send(NewRecord.of("user-42", "{\"item\":\"table\"}"))
                    .get();

            assertThat(client.read("orders", address).await().value().toString())
                    .isEqualTo("{\"item\":\"table\"}");
            assertThat(client.newest("orders", "user-42").await().value().toString())
                    .contains("table");
            assertThat(client.history("orders", "user-42", 100).await()).hasSize(2);
            await().atMost(SOON).until(() -> followed.equals(List.of("{\"item\":\"lamp\"}", "{\"item\":\"table\"}")));
        }

        var cursor = client.cursor("orders", "billing");
        assertThat(cursor.read(100, Duration.ofSeconds(5)).await()).hasSize(3);
        cursor.commit().await();
        assertThat(client.cursor("orders", "billing").read(100, Duration.ZERO).await())
                .isEmpty();
    }

    @Test
    void aReaderWhoseNameAnotherUsedToCommitIsTold() {
        client.createLog("shared", LogSettings.DEFAULT).await();
        for (int i = 0; i < 3; i++) {
            client.append("shared", List.of(NewRecord.of("k", "v")), AppendFormat.RAW, AppendOptions.DEFAULT)
                    .await();
        }
        var one = client.cursor("shared", "name");
        var other = client.cursor("shared", "name");
        one.read(1, Duration.ofSeconds(5)).await();
        other.read(2, Duration.ofSeconds(5)).await();
        one.commit().await();

        assertThatThrownBy(() -> other.commit().await()).hasMessageContaining("cursor-moved");

        one.read(1, Duration.ofSeconds(5)).await();
        one.commit().await();
        one.commit().await();
        assertThat(client.cursor("shared", "name").read(100, Duration.ofSeconds(5)).await())
                .hasSize(1);
    }

    @Test
    void aProducerKeepsTheOrderAndGathersWhatWaits() throws Exception {
        client.createLog("many", new LogSettings(3, "interval")).await();
        var appended = new ArrayList<CompletableFuture<RecordAddress>>();
        try (var producer = client.producer("many", ProducerOptions.DEFAULT.withRecordsMax(500))) {
            for (int i = 0; i < 5_000; i++) {
                appended.add(producer.send(NewRecord.of("k" + i % 5, Integer.toString(i))));
            }
        }

        assertThat(appended).allMatch(CompletableFuture::isDone);
        for (int key = 0; key < 5; key++) {
            var values = client.history("many", "k" + key, 2_000).await();
            int first = key;
            assertThat(values.stream()
                            .map(stored -> Integer.parseInt(stored.text()))
                            .toList())
                    .isEqualTo(java.util.stream.IntStream.range(0, 1_000)
                            .mapToObj(i -> i * 5 + first)
                            .toList());
        }
    }

    @Test
    void headersComeBackInWhateverWayTheyAreSentAndRead() throws Exception {
        client.createLog("headed", new LogSettings(1, "interval")).await();
        var sent = NewRecord.of("k", "1").withHeader("trace", "a b").withHeader("Länge", "ü+1");
        try (var producer = client.producer("headed", ProducerOptions.DEFAULT)) {
            producer.send(sent).get();
        }
        for (var format : List.of(AppendFormat.JSON, AppendFormat.NDJSON, AppendFormat.BATCH)) {
            client.append("headed", List.of(sent), format, AppendOptions.DEFAULT)
                    .await();
        }

        assertThat(client.history("headed", "k", 10).await()).hasSize(4).allSatisfy(stored -> {
            assertThat(stored.headers()).containsExactlyEntriesOf(sent.headers());
            assertThat(stored.timestamp()).isPositive();
        });
        assertThat(client.newest("headed", "k").await().headers())
                .hasSize(2)
                .containsEntry("trace", "a b")
                .containsValue("ü+1");
        assertThatThrownBy(() -> client.append("headed", List.of(sent), AppendFormat.RAW, AppendOptions.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("raw");
        assertThat(AppendFormat.suiting(List.of(sent))).isEqualTo(AppendFormat.BATCH);
    }

    @Test
    void addressesThatAreReadTogetherAreEachFoundOrAProblemOfTheirOwn() throws Exception {
        client.createLog("some", new LogSettings(1, "interval")).await();
        try (var producer = client.producer("some", ProducerOptions.DEFAULT)) {
            producer.send(NewRecord.of(null, "1")).get();
        }

        var results = client.readMany("some", List.of(new RecordAddress(0, 0), new RecordAddress(0, 5)))
                .await();

        assertThat(results.get(0).stored())
                .isNotNull()
                .extracting(RecordRun.StoredRecord::text)
                .isEqualTo("1");
        assertThat(results.get(1).problem())
                .isNotNull()
                .extracting(Problem::slug)
                .isEqualTo("no-such-record");
    }
}
