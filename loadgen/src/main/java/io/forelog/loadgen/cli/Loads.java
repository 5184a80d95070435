package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.load.LoadResult;
import io.forelog.loadgen.load.LoadResults;
import io.forelog.loadgen.load.LoadRun;
import io.forelog.loadgen.load.LoadSettings;
import io.forelog.loadgen.load.MemoryWatch;
import io.forelog.loadgen.report.HistogramLog;
import io.forelog.loadgen.report.Plots;
import io.forelog.loadgen.report.Progress;
import io.forelog.loadgen.report.Terminal;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Loads of one log, of a workload each, from beginning to end at the same time; a thread waits for each of them. While
 * they run the nodes' memory is watched. Use it once.
 */
final class Loads {

    private static final Duration LOOK = Duration.ofSeconds(2);

    private final Vertx vertx;
    private final ForelogClient client;
    private final List<LoadSettings> settings;
    private final LogSettings logSettings;
    private final @Nullable Path out;

    /**
     * @param logSettings what the log is created with if it is not there
     * @param out where histograms and plots go, in a folder for each workload if there are several; null for nowhere
     */
    Loads(
            Vertx vertx,
            ForelogClient client,
            List<LoadSettings> settings,
            LogSettings logSettings,
            @Nullable Path out) {
        this.vertx = vertx;
        this.client = client;
        this.settings = settings;
        this.logSettings = logSettings;
        this.out = out;
    }

    /**
     * Runs them.
     *
     * @throws IOException if a file cannot be written
     * @throws io.forelog.loadgen.client.ForelogClientException if the log cannot be created, filled or read back
     */
    LoadResults run() throws IOException {
        var results = new ArrayList<LoadResult>();
        try (var progress = new Progress(Terminal.watchesStandardError());
                var memory = MemoryWatch.start(vertx, client, LOOK)) {
            var shown = new SharedProgress(progress, settings.size());
            var runs = new ArrayList<Callable<LoadResult>>();
            var logs = new ArrayList<HistogramLog>();
            try {
                for (int i = 0; i < settings.size(); i++) {
                    var listeners = new ArrayList<LoadListener>();
                    listeners.add(shown.of(i, settings.get(i).workload()));
                    if (out != null) {
                        var log = new HistogramLog(Files.createDirectories(folder(out, settings.get(i)))
                                .resolve("latencies.hlog"));
                        logs.add(log);
                        listeners.add(log);
                    }
                    var run = new LoadRun(vertx, client, settings.get(i), logSettings, LoadListener.all(listeners));
                    run.prepare();
                    runs.add(run::run);
                }
                results.addAll(together(runs));
            } finally {
                logs.forEach(HistogramLog::close);
            }
            var result = new LoadResults(results, memory.points());
            if (out != null) {
                for (var each : results) {
                    Plots.write(each, folder(out, each.settings()));
                }
                Plots.write(result.memory(), out);
            }
            return result;
        }
    }

    private Path folder(Path parent, LoadSettings load) {
        return settings.size() == 1 ? parent : parent.resolve(load.workload().toString());
    }

    private static List<LoadResult> together(List<Callable<LoadResult>> runs) {
        try (var threads = Executors.newFixedThreadPool(runs.size())) {
            var results = new ArrayList<LoadResult>();
            for (Future<LoadResult> run : threads.invokeAll(runs)) {
                results.add(run.get());
            }
            return results;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new CommandFailedException(String.valueOf(e.getCause()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CommandFailedException("interrupted", e);
        }
    }
}
