package io.forelog.loadgen.cli;

import io.forelog.loadgen.replay.ReplayResult;
import io.forelog.loadgen.replay.ReplayRun;
import io.forelog.loadgen.replay.ReplaySettings;
import io.forelog.loadgen.report.Plots;
import io.forelog.loadgen.report.Progress;
import io.forelog.loadgen.report.ReplayReport;
import io.forelog.loadgen.report.Terminal;
import io.forelog.loadgen.trace.Trace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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

/** {@code forelog replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Appends a record for each key of a trace, then reads as the trace does and compares every value.",
        footer = {
            "",
            "A trace is gzip'd text, one read a line in time order: milliseconds<TAB>client<TAB>key.",
            "Reads of one client follow one another; different clients read at the same time.",
            "Exits with 1 if a read failed or gave other bytes than were appended."
        })
final class ReplayCommand implements Callable<Integer> {

    private static final int CLIENTS = 8;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions server;

    @Mixin
    private JsonOption json;

    @Option(names = "--trace", paramLabel = "FILE", required = true, description = "The trace.")
    private Path file = Path.of("");

    @Option(
            names = "--log",
            paramLabel = "L",
            description = "The log; created if there is none. Default: replay-<trace>.")
    private @Nullable String log;

    @Option(
            names = "--speed",
            paramLabel = "X",
            defaultValue = "0",
            showDefaultValue = Visibility.ALWAYS,
            description = "1 for the trace's own pace, 10 for ten times as fast; 0 for as fast as answers come.")
    private double speed;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description = "Reads a second, evenly, in the trace's order instead of at its times.")
    private double rate;

    @Option(
            names = "--prefetch",
            paramLabel = "on|off",
            description = "Switch the server's prefetching first. Default: leave it.")
    private @Nullable String prefetch;

    @Option(
            names = "--clients",
            paramLabel = "C",
            description = "Reads under way at most. Default: " + CLIENTS + ", or 1 if the trace has one client only.")
    private @Nullable Integer clients;

    @Option(
            names = "--reads",
            paramLabel = "N",
            defaultValue = "2147483647",
            showDefaultValue = Visibility.NEVER,
            description = "Stop after so many reads.")
    private int reads;

    @Option(
            names = "--value-bytes",
            paramLabel = "B",
            defaultValue = "256",
            showDefaultValue = Visibility.ALWAYS,
            description = "Length of each value.")
    private int valueBytes;

    @Option(names = "--out", paramLabel = "DIR", description = "Write PNG plots there.")
    private @Nullable Path out;

    @Override
    public Integer call() {
        boolean prefetchOn = prefetch != null && isOn(prefetch);
        var trace = read(file);
        var settings = settings(trace, prefetch == null ? null : prefetchOn);
        var vertx = Generator.vertx();
        try (var progress = new Progress(Terminal.watchesStandardError())) {
            var client = server.connect(vertx, settings.clients() + 2, spec);
            var result = new ReplayRun(vertx, client, trace, settings, progress).run();
            progress.phase("done");
            var words = json.takesStandardOutput()
                    ? spec.commandLine().getErr()
                    : spec.commandLine().getOut();
            words.print(ReplayReport.text(result));
            words.flush();
            plot(result);
            json.write(result, spec.commandLine().getOut());
            return result.isSuccess() ? 0 : 1;
        } finally {
            vertx.close().await();
        }
    }

    private void plot(ReplayResult result) {
        if (out == null) {
            return;
        }
        try {
            Files.createDirectories(out);
            Plots.write(result, out);
        } catch (IOException e) {
            throw new CommandFailedException("cannot write into " + out + ": " + CommandFailedException.told(e), e);
        }
    }

    static Trace read(Path file) {
        try {
            var trace = Trace.read(file);
            if (trace.size() == 0) {
                throw new IOException(file + " holds no read");
            }
            return trace;
        } catch (IOException e) {
            throw new CommandFailedException("cannot read the trace: " + CommandFailedException.told(e), e);
        }
    }

    private boolean isOn(String text) {
        return switch (text) {
            case "on" -> true;
            case "off" -> false;
            default ->
                throw new ParameterException(
                        spec.commandLine(), "Invalid value for option '--prefetch': on or off, not '" + text + "'");
        };
    }

    private ReplaySettings settings(Trace trace, @Nullable Boolean prefetchOn) {
        boolean oneClient = Arrays.stream(trace.clients()).allMatch(client -> client == trace.clients()[0]);
        int bound = clients != null ? clients : oneClient ? 1 : CLIENTS;
        // The one client of a mixed stream stands for many, so its reads need not wait for each other.
        boolean ordered = !oneClient || bound == 1;
        try {
            return new ReplaySettings(
                    log != null ? log : logName(trace), speed, rate, bound, ordered, reads, valueBytes, prefetchOn);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid value: " + e.getMessage(), e);
        }
    }

    private static String logName(Trace trace) {
        var name = "replay-" + trace.name().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9._-]", "-");
        return name.substring(0, Math.min(63, name.length()));
    }
}
