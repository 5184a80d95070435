package io.forelog.loadgen.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.ServedLog;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ForelogToolTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        return ForelogTool.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "load",
                "replay",
                "demo",
                "bench",
                "simulate",
                "forecast",
                "rehearse",
                "status",
                "logs",
                "shards",
                "plans",
                "tail",
                "get",
                "append"
            })
    void everyCommandHasHelp(String command) {
        assertThat(run(command, "--help")).isZero();
        assertThat(out.toString()).contains("Usage: forelog " + command).contains("--json");
    }

    @Test
    void theRootHasHelp() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString()).contains("Commands:").contains("load");
    }

    @Test
    void noCommandIsWrongUse() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString()).contains("Missing command");
    }

    @Test
    void anUnknownCommandIsWrongUseWithAHint() {
        assertThat(run("loads")).isEqualTo(2);
        assertThat(err.toString()).contains("loads").contains("Did you mean: forelog load");
    }

    @ParameterizedTest
    @CsvSource({
        "load --url=http://127.0.0.1:1 --log=x --workload=append --url=nonsense, nonsense",
        "load --url=ftp://127.0.0.1:1 --log=x --workload=append, ftp",
        "load --url=http://127.0.0.1:1 --log=x --workload=append;eat, eat",
        "load --url=http://127.0.0.1:1 --log=No/Log --workload=append, No/Log",
        "bench --peers=nats, nats",
        "bench --ops=eat, eat",
        "bench --nodes=2, nodes",
        "bench --size=4, size",
        "bench --clients=0, clients",
        "bench --rounds=0, rounds",
        "bench --warm-up=soon, soon",
        "bench --seconds=0, positive",
        "torture --faults=flood, flood",
        "get orders 3-1, 3-1",
        "get orders, --key",
        "tail orders --from=never, never",
        "shards, LOG",
        "status --url=nonsense, nonsense",
        "logs --bogus, --bogus",
        "plans more, more",
        "tail, LOG",
        "tail orders --count=-1, -1",
        "tail orders --shard=first, not a number",
        "get orders 3:1 more, more",
        "append, LOG",
        "append orders x --colour=red, --colour",
        "load --url=http://127.0.0.1:1 --log=x --workload=append --json=/no/such/folder/x.json, --json",
        "load --url=http://127.0.0.1:1 --log=x --workload=append --rate=fast, not a number",
        "simulate, --trace",
        "simulate --trace=x --capacity=2, --capacity",
        "simulate --trace=x --capacity=.1 --lag=-1, --lag",
        "simulate --trace=x --capacity=.1 --warm-up=-1, --warm-up",
        "simulate --trace=x --capacity=.1 --cache=fifo, fifo",
        "bench --seconds=long, not a number",
        "torture --duration=soon, soon",
        "torture --nodes=0, 3 nodes"
    })
    void aWrongWordIsNamedInTwoOrThreeLinesThatSayWhereHelpIs(String line, String named) {
        assertThat(run(line.replace(';', ',').split(" "))).isEqualTo(2);
        assertThat(err.toString()).contains(named, "--help").doesNotContain("\tat ");
        assertThat(err.toString().lines()).hasSizeLessThan(5);
    }

    @ParameterizedTest
    @CsvSource({
        "simulate --trace=DIR/none --capacity=.1, none: no such file",
        "simulate --trace=DIR --capacity=.1, Is a directory",
        "simulate --trace=DIR/file --capacity=.1, Not in GZIP format",
        "replay --url=http://127.0.0.1:1 --trace=DIR/none, none: no such file",
        "forecast --csv=DIR/none --season=24 --horizon=24, none: no such file",
        "forecast --csv=DIR/file --season=24 --horizon=24, line 1",
        "rehearse --load=DIR/none --policy=hybrid, none: no such file",
        "rehearse --load=DIR/file --policy=hybrid, line 1",
        "status --key-file=DIR/none, none: no such file",
        "load --url=http://127.0.0.1:1 --log=x --workload=append --out=DIR/file, file: is there already",
        "load --url=http://127.0.0.1:1 --log=x --workload=append --retry-for=9ms, no server answers there"
    })
    void aFileOrServerThatIsNotThereIsAFailureThatNamesIt(String line, String named, @TempDir Path folder)
            throws IOException {
        Files.writeString(folder.resolve("file"), "nonsense\n");

        assertThat(run(line.replace("DIR", folder.toString()).split(" "))).isEqualTo(1);

        assertThat(err.toString()).contains(named).doesNotContain("\tat ", "Exception");
        assertThat(err.toString().lines()).hasSizeLessThan(4);
    }

    @Test
    void anUnknownOptionIsWrongUseWithAHint() {
        assertThat(run("load", "--url", "http://127.0.0.1:1", "--log", "x", "--workload", "append", "--rates", "5"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--rates").contains("--rate");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--distribution=zopf",
                "--duration=5x",
                "--batch=0",
                "--rate=-1",
                "--rate=fast",
                "--read-share=2",
                "--workload=eat",
                "--keys=0",
                "--url=nonsense",
                "--format=xml",
                "--value-bytes=17"
            })
    void aBadValueIsWrongUseAndNamed(String option) {
        var valid =
                new String[] {"load", "--url", "http://127.0.0.1:1", "--log", "x", "--workload", "append", "--verify"};
        var name = option.substring(2, option.indexOf('='));
        var arguments = Stream.concat(Arrays.stream(valid), Stream.of(option)).toArray(String[]::new);
        for (int i = 0; i < valid.length; i++) {
            if (valid[i].equals("--" + name)) {
                arguments[i + 1] = option.substring(option.indexOf('=') + 1);
                arguments[arguments.length - 1] = "--seed=1";
            }
        }

        assertThat(run(arguments)).isEqualTo(2);
        assertThat(err.toString()).contains(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--prefetch=maybe", "--speed=-1", "--rate=x", "--reads=0", "--clients=0"})
    void aBadValueOfReplayIsWrongUseAndNamed(String option, @TempDir Path folder) throws IOException {
        var trace = folder.resolve("tiny.tsv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(trace))) {
            out.write("0\t0\t1\n".getBytes(UTF_8));
        }

        assertThat(run("replay", "--url", "http://127.0.0.1:1", "--trace", trace.toString(), option))
                .isEqualTo(2);
        assertThat(err.toString()).contains(option.substring(2, option.indexOf('=')));
    }

    @Test
    void aTraceThatCannotBeReadIsAFailureThatNamesItsLine(@TempDir Path folder) throws IOException {
        var trace = folder.resolve("bad.tsv.gz");
        try (var out = new GZIPOutputStream(Files.newOutputStream(trace))) {
            out.write("0\t0\t1\nnonsense\n".getBytes(UTF_8));
        }

        assertThat(run("replay", "--url", "http://127.0.0.1:1", "--trace", trace.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("bad.tsv.gz").contains("line 2");
    }

    @Test
    void aDemonstrationThatIsNotToldHowToStartANodeSaysSo() {
        assertThat(run("demo", "--once")).isEqualTo(1);
        assertThat(err.toString()).contains("forelog.node.command");
    }

    @Test
    void aServerThatIsNotThereIsAFailureInOneLine() {
        assertThat(run(
                        "load",
                        "--url",
                        "http://127.0.0.1:1",
                        "--log",
                        "x",
                        "--workload",
                        "append",
                        "--retry-for",
                        "50ms"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("cannot connect to http://127.0.0.1:1")
                .doesNotContain("\tat ");
    }

    @Test
    void aLoadWritesATableADocumentAHistogramLogAndPlots(@TempDir Path folder) throws IOException {
        var vertx = Vertx.vertx();
        try (var served = new ServedLog(vertx)) {
            int status = run(
                    "load",
                    "--url",
                    served.url(),
                    "--log",
                    "x",
                    "--workload",
                    "mixed",
                    "--duration",
                    "2500ms",
                    "--warmup",
                    "100ms",
                    "--clients",
                    "4",
                    "--verify",
                    "--out",
                    folder.resolve("out").toString(),
                    "--json",
                    folder.resolve("figures.json").toString());

            assertThat(status).as(err.toString()).isZero();
        } finally {
            vertx.close().await();
        }
        var document =
                new ObjectMapper().readTree(folder.resolve("figures.json").toFile());
        assertThat(document.at("/operations/append/latencyMicros/p99").asDouble())
                .isPositive();
        assertThat(document.at("/operations/read/perSecond").asDouble()).isPositive();
        assertThat(document.at("/verify/verdict/lost").asInt(-1)).isZero();
        assertThat(out.toString()).contains("p99.9").contains("verified     OK");
        assertThat(Files.readString(folder.resolve("out/latencies.hlog"))).contains("Tag=append");
        assertThat(folder.resolve("out"))
                .isDirectoryContaining("glob:**latency.png")
                .isDirectoryContaining("glob:**throughput.png")
                .isDirectoryContaining("glob:**latency-over-time.png");
    }

    @Test
    void severalWorkloadsRunAtTheSameTimeAndAreTheirOwnPartsOfOneReport(@TempDir Path folder) throws IOException {
        var vertx = Vertx.vertx();
        try (var served = new ServedLog(vertx)) {
            int status = run(
                    "load",
                    "--url=" + served.url(),
                    "--log=x",
                    "--workload=append,read,mixed,tail",
                    "--rate=100",
                    "--keys=200",
                    "--duration=2200ms",
                    "--warmup=0s",
                    "--verify",
                    "--out=" + folder,
                    "--json=" + folder.resolve("figures.json"));

            assertThat(status).as(err.toString()).isZero();
        } finally {
            vertx.close().await();
        }
        var loads = new ObjectMapper()
                .readTree(folder.resolve("figures.json").toFile())
                .path("loads");
        assertThat(loads.findValuesAsText("workload")).containsExactly("append", "read", "mixed", "tail");
        assertThat(loads).allSatisfy(load -> assertThat(load.path("errors")).isEmpty());
        var report = Files.readString(folder.resolve("report.md"));
        assertThat(report).contains("./forelog load", "--workload=append,read,mixed,tail");
        var pictures = report.lines().filter(line -> line.startsWith("![")).toList();
        assertThat(pictures).hasSizeGreaterThan(8);
        for (var picture : pictures) {
            assertThat(folder.resolve(picture.substring(picture.indexOf('(') + 1, picture.indexOf(')'))))
                    .isNotEmptyFile();
        }
        assertThat(folder.resolve("tail/latencies.hlog")).isNotEmptyFile();
    }

    @Test
    void aDocumentOnStandardOutputStandsThereAlone() throws IOException {
        var vertx = Vertx.vertx();
        try (var served = new ServedLog(vertx)) {
            int status = run(
                    "load",
                    "--url",
                    served.url(),
                    "--log",
                    "x",
                    "--workload",
                    "append",
                    "--duration",
                    "1s",
                    "--warmup",
                    "0s",
                    "--json",
                    "-");

            assertThat(status).isZero();
        } finally {
            vertx.close().await();
        }
        assertThat(new ObjectMapper().readTree(out.toString()).get("workload").asText())
                .isEqualTo("append");
        assertThat(err.toString()).contains("closed loop");
    }
}
