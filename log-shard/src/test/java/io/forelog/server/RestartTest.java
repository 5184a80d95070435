package io.forelog.server;

import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartTest {

    @TempDir
    private Path data;

    @Test
    void logsRecordsKeysAndProducersAreThereAfterARestart() throws Exception {
        String[] producer = {"Producer-Id", "p", "Producer-Epoch", "0", "Producer-Seq", "4"};
        var body =
                "{\"records\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":2},{\"key\":\"a\",\"value\":3}]}";
        try (var node = NodeFixture.start(data)) {
            node.put("/v1/logs/kept", "{\"shards\":3,\"keyDelimiter\":\"/\"}");
            var first = node.append("kept", body, producer);
            var log = node.get("/v1/logs/kept");

            node.restart();

            assertThat(json(node.get("/v1/logs/kept")).get("createdAt"))
                    .isEqualTo(json(log).get("createdAt"));
            assertThat(json(node.get("/v1/logs/kept"))
                            .get("totals")
                            .get("records")
                            .longValue())
                    .isEqualTo(3);
            assertThat(text(node.get("/v1/logs/kept/keys/a"))).isEqualTo("3");
            assertThat(text(node.get("/v1/logs/kept/keys/b"))).isEqualTo("2");
            var repeat = node.append("kept", body, producer);
            assertThat(repeat.headers().firstValue("Duplicate")).hasValue("true");
            assertThat(json(repeat)).isEqualTo(json(first));
            assertThat(json(node.get("/v1/logs/kept"))
                            .get("totals")
                            .get("records")
                            .longValue())
                    .isEqualTo(3);
        }
    }

    @Test
    void aSecondNodeOnTheSameDirectoryIsRefused() throws Exception {
        try (var node = NodeFixture.start(data)) {
            assertThat(node.get("/health/ready").statusCode()).isEqualTo(200);

            var second = catchThrowable(() -> NodeFixture.start(data).close());

            assertThat(second).isNotNull().hasStackTraceContaining(data.toString());
        }
    }
}
