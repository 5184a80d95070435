package io.forelog.server;

import static io.forelog.server.SpanCollector.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node tells a collector, which is a server of this test, of its calls. */
class SpanExportTest {

    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path data;

    private SpanCollector collector;

    @BeforeEach
    void listen() throws Exception {
        collector = SpanCollector.start();
    }

    @AfterEach
    void close() {
        collector.close();
    }

    @Test
    void aSampledCallersTraceGoesOnInASpanThatTheCollectorIsTold() throws Exception {
        try (var node = NodeFixture.start(data, collector.setting())) {
            var answer = node.get("/v1/logs/none", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");

            var span =
                    answer.headers().firstValue("traceresponse").orElseThrow().split("-");
            assertThat(span[1]).isEqualTo(TRACE);
            await().atMost(SOON)
                    .until(() -> collector.received().stream().anyMatch(batch -> batch.contains(bytes(TRACE))));
            assertThat(collector.received()).anySatisfy(batch -> assertThat(batch)
                    .contains(bytes(span[2]), bytes("b7ad6b7169203331"), "GET /v1/logs/{log}", "http.route"));
        }
    }

    @Test
    void whatACallerDoesNotSampleIsNotSent() throws Exception {
        try (var node = NodeFixture.start(data, collector.setting(), "traces.percent=100")) {
            node.get("/v1/logs/none", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-00");
            node.get("/v1/logs");
        }

        assertThat(collector.received()).noneMatch(batch -> batch.contains(bytes(TRACE)));
        assertThat(collector.received())
                .as("sent at the latest when the node ends")
                .anyMatch(batch -> batch.contains("GET /v1/logs"));
    }

    @Test
    void aCollectorThatIsDownCostsNoCall() throws Exception {
        collector.close();
        try (var node = NodeFixture.start(data, collector.setting(), "traces.percent=100")) {
            assertThat(node.get("/v1/logs").statusCode()).isEqualTo(200);
        }
    }
}
