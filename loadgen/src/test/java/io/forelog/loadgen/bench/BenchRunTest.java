package io.forelog.loadgen.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.load.LoadListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machinery of a comparison, with a real node and a real Redis, for moments. */
class BenchRunTest {

    private static final LoadListener NOBODY = new LoadListener() {};

    @TempDir
    Path folder;

    @Test
    void forelogAndRedisDoTheSameWorkInTurnsAndLeaveNothingRunning() throws Exception {
        assumeTrue(isOnThePath("redis-server"), "there is no redis-server on the PATH");
        var settings = settings(List.of("redis"), Duration.ofMillis(300), 2);
        List<ProcessHandle> servers;

        BenchResult result;
        try (var bench = new BenchRun(settings, folder, NOBODY)) {
            result = bench.run(new Programs(RealNode.command(), null, "redis-server"));
            servers = ProcessHandle.current().children().toList();
        }

        assertThat(result.cases())
                .extracting(each -> each.work().toString())
                .containsExactly(
                        "append, fsync always, 64 B, 2 clients",
                        "bulk, fsync always, 64 B, 2 clients",
                        "read, 64 B, 2 clients");
        assertThat(result.cases()).allSatisfy(each -> {
            assertThat(each.peers())
                    .extracting(BenchResult.PeerTurns::peer)
                    .containsExactly("Forelog", "Redis Streams");
            assertThat(each.peers())
                    .allSatisfy(peer -> assertThat(peer.turns()).hasSize(2).allMatch(turn -> turn.operations() > 0));
        });
        assertThat(servers).isNotEmpty().noneMatch(ProcessHandle::isAlive);

        BenchPlots.write(result, folder);
        var page = BenchReport.markdown(result, "./forelog bench --peers redis");
        assertThat(page)
                .contains("./forelog bench --peers redis", "Redis Streams 7", "Where Forelog loses", "GiB of memory");
        for (var link : page.lines().filter(line -> line.startsWith("![")).toList()) {
            var file = folder.resolve(link.substring(link.indexOf('(') + 1, link.indexOf(')')));
            assertThat(file).isNotEmptyFile();
        }
    }

    @Test
    void aPeerThatCannotBeStartedIsNamedAndTheOthersEnd() {
        var settings = settings(List.of("redis"), Duration.ofMillis(100), 1);

        try (var bench = new BenchRun(settings, folder, NOBODY)) {
            assertThatThrownBy(() -> bench.run(new Programs(RealNode.command(), null, "no-such-redis")))
                    .hasMessageContaining("no-such-redis");
        }

        assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive))
                .isEmpty();
    }

    private static BenchSettings settings(List<String> peers, Duration duration, int rounds) {
        return new BenchSettings(
                peers,
                List.of(BenchOperation.values()),
                List.of(Durability.ALWAYS),
                1,
                List.of(64),
                List.of(2),
                200,
                Duration.ofMillis(100),
                duration,
                rounds);
    }

    private static boolean isOnThePath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
