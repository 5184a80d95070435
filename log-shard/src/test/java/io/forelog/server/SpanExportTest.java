package io.forelog.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private HttpServer collector;

    @BeforeEach
    void listen() throws Exception {
        collector = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext("/v1/traces", exchange -> {
            received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.start();
    }

    @AfterEach
    void close() {
        collector.stop(0);
    }

    @Test
    void aSampledCallersTraceGoesOnInASpanThatTheCollectorIsTold() throws Exception {
        try (var node = NodeFixture.start(data, endpoint())) {
            var answer = node.get("/v1/logs/none", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-01");

            var span =
                    answer.headers().firstValue("traceresponse").orElseThrow().split("-");
            assertThat(span[1]).isEqualTo(TRACE);
            await().atMost(SOON).until(() -> received.stream().anyMatch(batch -> batch.contains(bytes(TRACE))));
            assertThat(received).anySatisfy(batch -> assertThat(batch)
                    .contains(bytes(span[2]), bytes("b7ad6b7169203331"), "GET /v1/logs/{log}", "http.route"));
        }
    }

    @Test
    void whatACallerDoesNotSampleIsNotSent() throws Exception {
        try (var node = NodeFixture.start(data, endpoint(), "traces.percent=100")) {
            node.get("/v1/logs/none", "traceparent", "00-" + TRACE + "-b7ad6b7169203331-00");
            node.get("/v1/logs");
        }

        assertThat(received).noneMatch(batch -> batch.contains(bytes(TRACE)));
        assertThat(received)
                .as("sent at the latest when the node ends")
                .anyMatch(batch -> batch.contains("GET /v1/logs"));
    }

    @Test
    void aCollectorThatIsDownCostsNoCall() throws Exception {
        collector.stop(0);
        try (var node = NodeFixture.start(data, endpoint(), "traces.percent=100")) {
            assertThat(node.get("/v1/logs").statusCode()).isEqualTo(200);
        }
    }

    private String endpoint() {
        return "traces.endpoint=http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces";
    }

    private static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
    }
}
