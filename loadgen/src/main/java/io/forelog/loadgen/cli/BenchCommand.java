package io.forelog.loadgen.cli;

import io.forelog.loadgen.bench.BenchOperation;
import io.forelog.loadgen.bench.BenchPlots;
import io.forelog.loadgen.bench.BenchReport;
import io.forelog.loadgen.bench.BenchResult;
import io.forelog.loadgen.bench.BenchRun;
import io.forelog.loadgen.bench.BenchSettings;
import io.forelog.loadgen.bench.Durability;
import io.forelog.loadgen.bench.Programs;
import io.forelog.loadgen.demo.TemporaryFolder;
import io.forelog.loadgen.report.Progress;
import io.forelog.loadgen.report.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forelog bench}. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Gives Forelog and its neighbours the same work in turns, on this machine, and compares them.",
        footer = {
            "",
            "Kafka's broker and client are fetched with Maven when they are first asked for; Redis is the redis-server"
                    + " on the PATH. All are started here, on loopback, with data in the temporary folder (set TMPDIR"
                    + " for another disk), and end with the command. Lists are separated by commas, and every"
                    + " combination is a case of its own."
        })
final class BenchCommand implements Callable<Integer> {

    /** The folder of Kafka's jars. */
    static final String KAFKA = "forelog.bench.kafka";

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--peers",
            paramLabel = "P",
            split = ",",
            defaultValue = "kafka,redis",
            showDefaultValue = Visibility.ALWAYS,
            description = "Beside Forelog: kafka, redis.")
    private List<String> peers = List.of();

    @Option(
            names = "--ops",
            paramLabel = "O",
            split = ",",
            defaultValue = "append,bulk,read",
            showDefaultValue = Visibility.ALWAYS,
            description = "append (one record after the other), bulk (as batches or pipelines), read (at random).")
    private List<BenchOperation> operations = List.of();

    @Option(
            names = "--fsync",
            paramLabel = "F",
            split = ",",
            defaultValue = "always,interval",
            showDefaultValue = Visibility.ALWAYS,
            description = "Whether a record is on disk before it is acknowledged, or some time after.")
    private List<Durability> durabilities = List.of();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "1",
            showDefaultValue = Visibility.ALWAYS,
            description = "Servers of each: 1, or 3 that replicate.")
    private int nodes;

    @Option(
            names = "--size",
            paramLabel = "B",
            split = ",",
            defaultValue = "1024",
            showDefaultValue = Visibility.ALWAYS,
            description = "Bytes of a value.")
    private List<Integer> bytes = List.of();

    @Option(
            names = "--clients",
            paramLabel = "C",
            split = ",",
            defaultValue = "16",
            showDefaultValue = Visibility.ALWAYS,
            description = "Clients at a time.")
    private List<Integer> clients = List.of();

    @Option(
            names = "--records",
            paramLabel = "N",
            defaultValue = "100000",
            showDefaultValue = Visibility.ALWAYS,
            description = "Records to read among.")
    private int records;

    @Option(
            names = "--warm-up",
            paramLabel = "T",
            defaultValue = "30s",
            showDefaultValue = Visibility.ALWAYS,
            description = "For each of them, before the first case of an operation; a quarter of it before its others.")
    private Duration warmUp = Duration.ofSeconds(30);

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "5",
            showDefaultValue = Visibility.ALWAYS,
            description = "Length of a turn.")
    private double seconds;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            showDefaultValue = Visibility.ALWAYS,
            description = "How often the turn goes round.")
    private int rounds;

    @Option(
            names = "--redis-server",
            paramLabel = "FILE",
            defaultValue = "redis-server",
            showDefaultValue = Visibility.ALWAYS,
            description = "The program.")
    private String redis = "redis-server";

    @Option(names = "--report", paramLabel = "DIR", description = "Write report.md, its plots and results.json there.")
    private @Nullable Path report;

    @Override
    public Integer call() {
        var settings = settings();
        try (var folder = new TemporaryFolder("forelog-bench-");
                var progress = new Progress(Terminal.watchesStandardError());
                var bench = new BenchRun(settings, folder.path(), progress)) {
            // Ctrl-C ends the program without unwinding this method.
            var ending = Thread.ofPlatform().unstarted(bench::close);
            Runtime.getRuntime().addShutdownHook(ending);
            var kafka = System.getProperty(KAFKA);
            var result = bench.run(
                    new Programs(NodeLine.get(), kafka == null || kafka.isBlank() ? null : Path.of(kafka), redis));
            progress.phase("done");
            show(result);
            Runtime.getRuntime().removeShutdownHook(ending);
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        } catch (CommandFailedException e) {
            throw e;
        } catch (Exception e) {
            throw new CommandFailedException(unwrapped(e).toString(), e);
        }
    }

    /** What failed in a client's thread comes wrapped by each thread that waited for it. */
    private static Throwable unwrapped(Throwable failure) {
        var cause = failure.getCause();
        return failure instanceof ExecutionException && cause != null ? unwrapped(cause) : failure;
    }

    private BenchSettings settings() {
        try {
            return new BenchSettings(
                    peers,
                    operations,
                    durabilities,
                    nodes,
                    bytes,
                    clients,
                    records,
                    warmUp,
                    Duration.ofNanos((long) (seconds * 1e9)),
                    rounds);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }

    private void show(BenchResult result) throws IOException {
        var words = json.takesStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        words.print(BenchReport.text(result));
        words.flush();
        if (report != null) {
            Files.createDirectories(report);
            BenchPlots.write(result, report);
            Files.writeString(report.resolve("report.md"), BenchReport.markdown(result, commandLine()));
            Files.writeString(report.resolve("results.json"), JsonOption.document(result));
            words.println("\nThe report is " + report.resolve("report.md"));
        }
        words.flush();
        json.write(result, spec.commandLine().getOut());
    }

    private String commandLine() {
        return "./forelog "
                + String.join(" ", spec.commandLine().getParseResult().originalArgs());
    }
}
