package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.load.LoadResults;
import io.forelog.loadgen.load.LoadSettings;
import io.forelog.loadgen.load.MemoryWatch;
import io.forelog.loadgen.load.Workload;
import io.forelog.loadgen.report.LoadReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forelog load}. */
@Command(
        name = "load",
        mixinStandardHelpOptions = true,
        description =
                "Appends and reads by a schedule or as fast as the clients can, and tells throughput and latency.",
        footer = {
            "",
            "With --rate the loop is open: operations start when they are due, and latency counts from there, so a"
                    + " server that stalls cannot hide it. Without, --clients operations are under way at all times.",
            "Exits with 1 if --verify finds a fault, a read gave wrong bytes, or nothing succeeded."
        })
final class LoadCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Mixin
    private JsonOption json;

    @Option(names = "--log", paramLabel = "L", required = true, description = "The log; created if there is none.")
    private String log = "";

    @Option(
            names = "--workload",
            paramLabel = "W",
            split = ",",
            required = true,
            description =
                    "One of ${COMPLETION-CANDIDATES}; or several, which run at the same time, each with the rate or the"
                            + " clients given.")
    private List<Workload> workloads = List.of();

    @Option(
            names = "--rate",
            paramLabel = "R",
            description = "Operations a second of an open loop; without it the loop is closed.")
    private double rate;

    @Option(
            names = "--clients",
            paramLabel = "C",
            description = "Operations under way at most (closed loop: always). Default: 16, or 256 with --rate.")
    private @Nullable Integer clients;

    @Option(
            names = "--duration",
            paramLabel = "T",
            defaultValue = "10s",
            showDefaultValue = Visibility.ALWAYS,
            description = "Measured time.")
    private Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--warmup",
            paramLabel = "T",
            defaultValue = "2s",
            showDefaultValue = Visibility.ALWAYS,
            description = "Time before that, which does not count.")
    private Duration warmup = Duration.ofSeconds(2);

    @Option(
            names = "--value-bytes",
            paramLabel = "B",
            defaultValue = "256",
            showDefaultValue = Visibility.ALWAYS,
            description = "Length of each value.")
    private int valueBytes;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "1",
            showDefaultValue = Visibility.ALWAYS,
            description = "Records of one append.")
    private int batch;

    @Option(
            names = "--keys",
            paramLabel = "K",
            defaultValue = "100000",
            showDefaultValue = Visibility.ALWAYS,
            description = "Distinct keys appended, or distinct records read.")
    private int keys;

    @Option(
            names = "--distribution",
            paramLabel = "D",
            defaultValue = "uniform",
            showDefaultValue = Visibility.ALWAYS,
            description =
                    "uniform, zipf:SKEW, hotshift (a hot hundredth that moves each --period), diurnal (a day lasts a"
                            + " --period) or markov (readers that walk from key to key).")
    private String distribution = "uniform";

    @Option(
            names = "--period",
            paramLabel = "T",
            defaultValue = "10s",
            showDefaultValue = Visibility.ALWAYS,
            description = "How long a hot spot stays, or a day lasts.")
    private Duration period = Duration.ofSeconds(10);

    @Option(
            names = "--read-share",
            paramLabel = "S",
            defaultValue = "0.5",
            showDefaultValue = Visibility.ALWAYS,
            description = "Of a mixed load, the part that reads.")
    private double readShare;

    @Option(
            names = "--format",
            paramLabel = "F",
            description = "How appends are sent: ${COMPLETION-CANDIDATES}. Default: raw for one record, else batch.")
    private @Nullable AppendFormat format;

    @Option(names = "--ack", paramLabel = "A", description = "leader, quorum, all or caches. Default: the log's.")
    private @Nullable String ack;

    @Option(
            names = "--shards",
            paramLabel = "N",
            description = "Shards of the log if it is created. Default: the server's.")
    private @Nullable Integer shards;

    @Option(
            names = "--fsync",
            paramLabel = "F",
            description = "always or interval, if the log is created. Default: the server's.")
    private @Nullable String fsync;

    @Option(
            names = "--verify",
            description = "Read everything back; fail on a lost, doubled, reordered or altered record.")
    private boolean verify;

    @Option(names = "--seed", paramLabel = "N", description = "Of all random choices. Default: another each time.")
    private @Nullable Long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Write report.md, its PNG plots and latencies.hlog there.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        var settings = workloads.stream().distinct().map(this::settings).toList();
        var vertx = Generator.vertx();
        try {
            int clientsMax = settings.stream().mapToInt(LoadSettings::clients).sum();
            var client = server.connect(vertx, clientsMax + 8, spec);
            var loads = new Loads(vertx, client, settings, new LogSettings(shards, fsync), out);
            var result = loads.run();
            var words = json.takesStandardOutput()
                    ? spec.commandLine().getErr()
                    : spec.commandLine().getOut();
            words.print(LoadReport.text(result));
            words.flush();
            json.write(document(result), spec.commandLine().getOut());
            if (out != null) {
                Files.writeString(out.resolve("report.md"), LoadReport.markdown(result, commandLine()));
            }
            return result.isSuccess() ? 0 : 1;
        } catch (IOException e) {
            throw new CommandFailedException("cannot write into " + out + ": " + CommandFailedException.told(e), e);
        } finally {
            vertx.close().await();
        }
    }

    private static Object document(LoadResults result) {
        var loads = result.loads().stream().map(LoadDocument::of).toList();
        return loads.size() == 1 ? loads.getFirst() : new SeveralLoads(loads, result.memory());
    }

    /** What {@code --json} writes of workloads that ran together; memory by node, in bytes. */
    private record SeveralLoads(List<LoadDocument> loads, Map<String, List<MemoryWatch.Point>> memory) {}

    private String commandLine() {
        return "./forelog "
                + String.join(" ", spec.commandLine().getParent().getParseResult().originalArgs());
    }

    private LoadSettings settings(Workload workload) {
        try {
            return new LoadSettings(
                    workload,
                    log,
                    rate,
                    clients != null ? clients : rate > 0 ? 256 : 16,
                    warmup,
                    duration,
                    valueBytes,
                    batch,
                    keys,
                    distribution,
                    period,
                    readShare,
                    format != null ? format : AppendFormat.suiting(batch),
                    ack,
                    verify,
                    seed != null ? seed : System.nanoTime());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }
}
