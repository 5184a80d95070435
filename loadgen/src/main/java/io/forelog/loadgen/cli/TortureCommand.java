package io.forelog.loadgen.cli;

import io.forelog.loadgen.report.TortureReport;
import io.forelog.loadgen.torture.TortureResult;
import io.forelog.loadgen.torture.TortureRun;
import io.forelog.loadgen.torture.TortureSettings;
import io.forelog.loadgen.torture.cluster.NodeCommand;
import io.forelog.loadgen.torture.fault.Faults;
import io.forelog.loadgen.torture.load.TortureLoad.Scale;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forelog torture}. */
@Command(
        name = "torture",
        mixinStandardHelpOptions = true,
        description = "Does to a cluster of its own all that can go wrong, under load, and checks every promise.",
        footer = {
            "",
            "Faults: kill, pause, partition, restart (node after node), wipe, flip (a bit), full-disk, slow-disk,"
                    + " clock, redis-dead, redis-slow, hazelcast-dead, hazelcast-slow, split, merge, move, rollback. Of"
                    + " the nodes one is hurt at a time, while the map and the caches have faults of their own. What"
                    + " cannot be done on this machine is skipped, with the reason.",
            "Exits with 1 if a promise was broken; the first violation is told as a timeline."
        })
final class TortureCommand implements Callable<Integer> {

    private static final String REPORT = "report.txt";
    private static final String CLUSTER = "cluster";

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            showDefaultValue = Visibility.ALWAYS,
            description = "Nodes of the cluster, at least 3.")
    private int nodes;

    @Option(
            names = "--duration",
            paramLabel = "T",
            defaultValue = "1m",
            showDefaultValue = Visibility.ALWAYS,
            description = "How long faults come; what they leave behind is waited for.")
    private Duration duration = Duration.ofMinutes(1);

    @Option(names = "--faults", paramLabel = "F", split = ",", description = "Which, by name. Default: all.")
    private List<String> faults = Faults.names();

    @Option(
            names = "--quiet",
            paramLabel = "T",
            defaultValue = "3s",
            showDefaultValue = Visibility.ALWAYS,
            description = "The least time between two faults of a kind; the most is twice that.")
    private Duration quiet = Duration.ofSeconds(3);

    @Option(
            names = "--lasts",
            paramLabel = "T",
            defaultValue = "10s",
            showDefaultValue = Visibility.ALWAYS,
            description = "The longest time that a fault lasts.")
    private Duration lasts = Duration.ofSeconds(10);

    @Option(names = "--seed", paramLabel = "N", description = "Of all random choices. Default: another each time.")
    private @Nullable Long seed;

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "768m",
            showDefaultValue = Visibility.ALWAYS,
            description = "Of each node.")
    private String heap = "768m";

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description =
                    "Write the report there, and leave what the nodes kept and said. Default: only after a violation.")
    private @Nullable Path report;

    @Override
    public Integer call() throws InterruptedException {
        var settings = settings();
        var err = spec.commandLine().getErr();
        try {
            var directory =
                    report == null ? Files.createTempDirectory("forelog-torture-") : Files.createDirectories(report);
            say(err, "seed " + settings.seed() + ", in " + directory);
            var cluster = Files.createDirectory(directory.resolve(CLUSTER));
            var result = new TortureRun(settings, NodeCommand.of(NodeLine.get(), heap), cluster, line -> say(err, line))
                    .run();
            conclude(result, directory);
            return result.isFaultless() ? 0 : 1;
        } catch (IOException e) {
            throw new CommandFailedException(CommandFailedException.told(e), e);
        }
    }

    private TortureSettings settings() {
        try {
            faults.forEach(Faults::named);
            return new TortureSettings(
                    nodes, duration, faults, quiet, lasts, Scale.DEFAULT, seed != null ? seed : System.nanoTime());
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }

    private void conclude(TortureResult result, Path directory) throws IOException {
        var text = TortureReport.text(result);
        var words = json.takesStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        words.print(text);
        words.flush();
        json.write(result, spec.commandLine().getOut());
        if (report == null && result.isFaultless()) {
            Trees.delete(directory);
        } else {
            Files.writeString(directory.resolve(REPORT), text);
        }
    }

    private static void say(PrintWriter err, String line) {
        synchronized (err) {
            err.printf(Locale.ROOT, "%tT %s%n", System.currentTimeMillis(), line);
            err.flush();
        }
    }
}
