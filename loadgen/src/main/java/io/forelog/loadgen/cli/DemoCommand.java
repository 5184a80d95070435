package io.forelog.loadgen.cli;

import io.forelog.loadgen.demo.BrowsingWorkload;
import io.forelog.loadgen.demo.Demo;
import io.forelog.loadgen.demo.DemoResult;
import io.forelog.loadgen.report.DemoReport;
import io.forelog.loadgen.report.Progress;
import io.forelog.loadgen.report.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code forelog demo}. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Starts a node with everything embedded in a temporary folder, reads a trace with prefetch off and"
                        + " then on, and shows the difference.")
final class DemoCommand implements Callable<Integer> {

    /** A program and its arguments, one a line, to which a node's options are added. */
    private static final long SEED = 20_261_121;

    private static final int PAGES = 3_000;
    private static final int READS = 30_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private JsonOption json;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "The reads. Default: people browsing 3,000 pages, generated.")
    private @Nullable Path trace;

    @Option(names = "--once", description = "End when the table is shown; without it the node stays until Ctrl-C.")
    private boolean once;

    @Option(
            names = "--reads",
            paramLabel = "N",
            defaultValue = "2147483647",
            showDefaultValue = Visibility.NEVER,
            description = "Stop after so many reads.")
    private int reads;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "1000",
            showDefaultValue = Visibility.ALWAYS,
            description = "Reads a second, in the trace's order.")
    private double rate;

    @Override
    public Integer call() {
        if (!(rate > 0) || reads < 1) {
            throw new ParameterException(spec.commandLine(), "Invalid value: --rate and --reads are above 0");
        }
        var reading = trace == null ? BrowsingWorkload.trace(SEED, PAGES, READS) : ReplayCommand.read(trace);
        var vertx = Generator.vertx();
        try (var progress = new Progress(Terminal.watchesStandardError());
                var demo = new Demo(vertx, NodeLine.get(), rate, progress)) {
            // Ctrl-C ends the program without unwinding this method.
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(demo::close));
            var result = demo.run(reading, reads);
            progress.phase("done");
            show(result, demo);
            if (!once) {
                new CountDownLatch(1).await();
            }
            return result.isSuccess() ? 0 : 1;
        } catch (IOException e) {
            throw new CommandFailedException(CommandFailedException.told(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        } finally {
            vertx.close().await();
        }
    }

    private void show(DemoResult result, Demo demo) {
        var words = json.takesStandardOutput()
                ? spec.commandLine().getErr()
                : spec.commandLine().getOut();
        words.println(DemoReport.text(result));
        words.println(
                once
                        ? "Without --once the dashboard stays at the node's address."
                        : "The dashboard is at " + demo.url()
                                + "/ - Ctrl-C ends the demonstration and removes its data.");
        words.flush();
        json.write(result, spec.commandLine().getOut());
    }
}
