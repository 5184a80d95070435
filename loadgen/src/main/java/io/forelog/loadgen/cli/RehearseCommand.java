package io.forelog.loadgen.cli;

import io.forelog.loadgen.rehearse.Rehearsal;
import io.forelog.loadgen.rehearse.RehearsalResult;
import io.forelog.loadgen.report.TextTable;
import java.io.IOException;
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

/** {@code forelog rehearse}. */
@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        description = "Lets the shard manager decide over recorded load, in virtual time, and counts violations.",
        footer = {
            "",
            "The load is text, gzip'd or not, a row for each minute and key range:",
            "  minute,first-last,reads,writes",
            "minute: an integer, any start; first-last: hashes, both inclusive, in hexadecimal; reads, writes: counts",
            "of that minute. Rows may come in any order, ranges may change over time; what is not listed is no load.",
            "A header line and lines that begin with # are skipped. Ranges that all end below ffffffffffffffff are",
            "stretched to the hash space.",
            "",
            "A shard above --shard-limit for a minute is 60 s of violation; so is a node above --node-capacity.",
            "The cluster begins with a shard on each node. A split takes a minute, a move also the time of its copy."
        })
final class RehearseCommand implements Callable<Integer> {

    private static final List<String> POLICIES = List.of("proactive", "reactive", "hybrid", "pravega", "manual");
    private static final List<String> SHAPES = List.of("daily", "ramp", "flash", "wandering");

    /** What a rehearsal reads. */
    private static final int DAYS_MAX = 60;

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(names = "--load", paramLabel = "FILE", required = true, description = "The recorded load.")
    private Path file = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "P",
            defaultValue = "hybrid",
            showDefaultValue = Visibility.ALWAYS,
            description = "proactive, reactive, hybrid, manual, or pravega: that system's rule.")
    private String policy = "hybrid";

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "8",
            showDefaultValue = Visibility.ALWAYS,
            description = "Nodes of the cluster.")
    private int nodes;

    @Option(
            names = "--node-capacity",
            paramLabel = "R",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description = "Requests a second that a node serves. Default: 1.5 times what the recorded peak needs.")
    private double nodeCapacity;

    @Option(
            names = "--shard-limit",
            paramLabel = "R",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description = "Requests a second that a shard shall not exceed. Default: a third of a node's capacity.")
    private double shardLimit;

    @Option(
            names = "--record-bytes",
            paramLabel = "B",
            defaultValue = "1024",
            showDefaultValue = Visibility.ALWAYS,
            description = "What a write adds to its shard.")
    private long recordBytes;

    @Option(
            names = "--stored-bytes",
            paramLabel = "B",
            defaultValue = "68719476736",
            showDefaultValue = Visibility.ALWAYS,
            description = "What the shards hold at the start, together.")
    private long storedBytes;

    @Option(
            names = "--generate",
            paramLabel = "SHAPE",
            description = "Do not rehearse; write load of this shape to the file: daily, ramp, flash or wandering.")
    private @Nullable String shape;

    @Option(
            names = "--duration",
            paramLabel = "T",
            defaultValue = "PT72H",
            showDefaultValue = Visibility.ALWAYS,
            description = "How much to generate.")
    private Duration duration = Duration.ofHours(72);

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            showDefaultValue = Visibility.ALWAYS,
            description = "Of what is generated.")
    private long seed;

    @Override
    public Integer call() {
        try {
            if (shape != null) {
                require("--generate", shape, SHAPES);
                if (duration.toMinutes() < 1 || duration.toDays() > DAYS_MAX) {
                    throw new ParameterException(
                            spec.commandLine(),
                            "Invalid value for option '--duration': from a minute to " + DAYS_MAX + " days, not "
                                    + duration);
                }
                Rehearsal.generate(shape, file, (int) duration.toMinutes(), seed);
                return 0;
            }
            require("--policy", policy, POLICIES);
            var result = rehearsal().run();
            var words = json.takesStandardOutput()
                    ? spec.commandLine().getErr()
                    : spec.commandLine().getOut();
            words.print(text(result));
            words.flush();
            json.write(result, spec.commandLine().getOut());
            return 0;
        } catch (IOException e) {
            throw InputFiles.failed(file, e);
        }
    }

    private Rehearsal rehearsal() throws IOException {
        try {
            return Rehearsal.of(file, policy, nodes, nodeCapacity, shardLimit, recordBytes, storedBytes);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }

    private void require(String option, String value, List<String> choices) {
        if (!choices.contains(value)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '" + option + "': one of " + String.join(", ", choices) + ", not '"
                            + value + "'");
        }
    }

    private static String text(RehearsalResult result) {
        return new TextTable(
                        "policy",
                        "violation s",
                        "of shards",
                        "of nodes",
                        "splits",
                        "merges",
                        "moves",
                        "MiB moved",
                        "flip-flops",
                        "slowest ms",
                        "shards max")
                .row(
                        result.policy(),
                        Long.toString(result.violationSeconds()),
                        Long.toString(result.shardViolationSeconds()),
                        Long.toString(result.nodeViolationSeconds()),
                        Integer.toString(result.splits()),
                        Integer.toString(result.merges()),
                        Integer.toString(result.moves()),
                        Long.toString(result.bytesMoved() >> 20),
                        Integer.toString(result.flipFlops()),
                        String.format(Locale.ROOT, "%.1f", result.decisionMillisMax()),
                        Integer.toString(result.shardsMax()))
                .toString();
    }
}
