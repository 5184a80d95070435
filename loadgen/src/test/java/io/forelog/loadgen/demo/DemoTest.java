package io.forelog.loadgen.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.report.DemoReport;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    private static final LoadListener UNWATCHED = new LoadListener() {};

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void bothReplaysReadWhatWasAppendedAndNothingStaysBehind() throws IOException {
        Path folder;
        ProcessHandle node;
        try (var demo = new Demo(vertx, RealNode.command(), 1_000, UNWATCHED)) {
            var result = demo.run(BrowsingWorkload.trace(1, 200, 1_000), 1_000);

            assertThat(result.isSuccess()).as(result.toString()).isTrue();
            assertThat(result.off().prefetch()).isFalse();
            assertThat(result.off().issued()).isZero();
            assertThat(result.on().prefetch()).isTrue();
            assertThat(DemoReport.text(result))
                    .contains("prefetch off")
                    .contains("coverage")
                    .contains("(0 differ)");
            folder = demo.folder();
            node = ProcessHandle.of(demo.pid()).orElseThrow();
        }
        assertThat(folder).doesNotExist();
        assertThat(node.isAlive()).isFalse();
    }

    @Test
    void aNodeThatDoesNotStartIsReportedWithItsLastWords(@TempDir Path folder) {
        assertThatThrownBy(() -> NodeProcess.start(
                        RealNode.command(),
                        folder,
                        "127.0.0.1:0",
                        Map.of("no.such.setting", "1"),
                        Duration.ofSeconds(60)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no.such.setting");
    }

    @Test
    void aCommandThatIsNotThereLeavesNothingBehind() throws IOException {
        var demo = new Demo(vertx, List.of("/no/such/program"), 1_000, UNWATCHED);
        var folder = demo.folder();
        assertThat(Files.exists(folder)).isTrue();

        assertThatThrownBy(() -> demo.run(BrowsingWorkload.trace(1, 40, 30), 30))
                .isInstanceOf(IOException.class);
        demo.close();

        assertThat(folder).doesNotExist();
    }
}
