package io.forelog.loadgen.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.forelog.cache.local.LocalCacheConfig.Policy;
import io.forelog.loadgen.trace.Trace;
import io.forelog.prefetch.PrefetchConfig;
import io.forelog.prefetch.model.Source;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code simulate} command. Exit code 0, 1 if a trace cannot be read, 2 for wrong use. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        description = "Runs traces through the node's cache and prefetcher, offline, in virtual time.")
public final class SimulateCommand implements Callable<Integer> {

    private static final int WARM_UP_PASS_READS = 100_000;
    private static final String HEADING =
            "trace                     capacity lag   hit    lru  coverage accuracy  waste   late  ns/req  model KiB";

    @Spec
    private CommandSpec spec;

    @Option(names = "--trace", required = true, split = ",", paramLabel = "FILE", description = "gzip'd traces")
    private List<Path> traces = List.of();

    @Option(
            names = "--capacity",
            required = true,
            split = ",",
            paramLabel = "SHARE",
            description = "entries of the cache, as a share of the trace's distinct keys, above 0 and at most 1")
    private List<Double> capacities = List.of();

    @Option(
            names = "--lag",
            split = ",",
            defaultValue = "0",
            paramLabel = "READS",
            description = "reads between a prefetch's issue and its arrival (default: ${DEFAULT-VALUE})")
    private List<Integer> lags = List.of();

    @Option(names = "--prefetch", defaultValue = "on", paramLabel = "on|off", description = "default: ${DEFAULT-VALUE}")
    private String prefetch = "on";

    @Option(
            names = "--cache",
            defaultValue = "auto",
            paramLabel = "auto|lru|tinylfu",
            description = "what the cache evicts (default: ${DEFAULT-VALUE})")
    private String cache = "auto";

    @Option(
            names = "--sources",
            split = ",",
            paramLabel = "SOURCE",
            description = "sources of guesses to use, of ${COMPLETION-CANDIDATES} (default: all)")
    private Set<Source> sources = EnumSet.allOf(Source.class);

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "writes the figures as JSON there; - is standard output")
    private @Nullable String json;

    @Option(
            names = "--by-source",
            description = "shows the coverage of each source alone, and what all lose without it, instead")
    private boolean bySource;

    @Option(
            names = "--warm-up",
            defaultValue = "450000",
            paramLabel = "READS",
            description = "simulates the first trace's first reads over and over before anything is measured, with"
                    + " caches and models that are thrown away, so that the time of a read is that of compiled code"
                    + " (default: ${DEFAULT-VALUE})")
    private int warmUpReads = 450_000;

    @Option(names = "--threads", paramLabel = "N", description = "simulations at once (default: one a processor)")
    private int threads = Runtime.getRuntime().availableProcessors();

    /** A line that is printed once its simulations are done; they share nothing, so more at once change no figure. */
    private record Line(Trace trace, Simulation.Setting setting, List<Future<SimulationResult>> results) {}

    @Override
    public Integer call() throws JsonProcessingException {
        check(threads >= 1, "--threads must be at least 1, not " + threads);
        check(warmUpReads >= 0, "--warm-up must not be below 0, not " + warmUpReads);
        var settings = settings();
        var out = spec.commandLine().getOut();
        var results = new ArrayList<SimulationResult>();
        if (!isQuiet()) {
            out.println(bySource ? SourceTable.heading() : HEADING);
        }
        var lines = new ArrayDeque<Line>();
        boolean warm = false;
        try (var executor = Executors.newFixedThreadPool(threads)) {
            for (var file : traces) {
                Trace trace;
                try {
                    trace = Trace.read(file);
                    if (trace.size() == 0) {
                        throw new IOException(file + ": it holds no read");
                    }
                } catch (IOException e) {
                    spec.commandLine().getErr().println("cannot read " + e.getMessage());
                    return 1;
                }
                if (!warm) {
                    warmUp(trace, settings.getFirst());
                    warm = true;
                }
                for (var setting : settings) {
                    var runs = bySource ? SourceTable.settings(setting) : List.of(setting);
                    lines.add(new Line(
                            trace,
                            setting,
                            runs.stream()
                                    .map(run -> executor.submit(() -> new Simulation(trace, run).run()))
                                    .toList()));
                }
                // One trace ahead of what is printed: they take memory.
                while (lines.size() > settings.size()) {
                    results.addAll(print(out, lines.remove()));
                }
            }
            while (!lines.isEmpty()) {
                results.addAll(print(out, lines.remove()));
            }
        }
        return write(out, results);
    }

    private boolean isQuiet() {
        return "-".equals(json);
    }

    private List<SimulationResult> print(PrintWriter out, Line line) {
        var results = line.results().stream().map(SimulateCommand::await).toList();
        if (!isQuiet()) {
            if (bySource) {
                out.println(SourceTable.line(line.trace(), line.setting(), results));
                out.flush();
            } else {
                results.forEach(result -> print(out, result));
            }
        }
        return results;
    }

    private static SimulationResult await(Future<SimulationResult> result) {
        try {
            return result.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a simulation failed", e.getCause());
        }
    }

    private void warmUp(Trace trace, Simulation.Setting setting) {
        var head = trace.head(WARM_UP_PASS_READS);
        for (int reads = 0; reads < warmUpReads; reads += head.size()) {
            new Simulation(head, setting).run();
        }
    }

    private List<Simulation.Setting> settings() {
        boolean on = choice("--prefetch", prefetch, List.of("on", "off")) == 0;
        var policy = Policy.values()[choice("--cache", cache, List.of("auto", "lru", "tinylfu"))];
        var config = PrefetchConfig.DEFAULT.withSources(sources);
        var settings = new ArrayList<Simulation.Setting>();
        for (double capacity : capacities) {
            check(capacity > 0 && capacity <= 1, "--capacity must be above 0 and at most 1, not " + capacity);
            for (int lag : lags) {
                check(lag >= 0 && lag <= 1_000_000, "--lag must be in 0..1000000, not " + lag);
                settings.add(new Simulation.Setting(capacity, lag, on, policy, config));
            }
        }
        return settings;
    }

    private int choice(String option, String value, List<String> choices) {
        int index = choices.indexOf(value);
        check(index >= 0, option + " is one of " + String.join(", ", choices) + ", not " + value);
        return index;
    }

    private void check(boolean holds, String message) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }

    private static void print(PrintWriter out, SimulationResult r) {
        out.printf(
                Locale.ROOT,
                "%-25s %8.3f %3d  %.3f  %.3f    %6.3f   %6.3f  %.3f  %.3f  %6.0f  %9d%n",
                r.trace(),
                r.capacity(),
                r.lag(),
                r.hitRatio(),
                r.lruHitRatio(),
                r.coverage(),
                r.accuracy(),
                r.waste(),
                r.late(),
                r.nsPerRequest(),
                r.modelBytes() >> 10);
        out.flush();
    }

    private int write(PrintWriter out, List<SimulationResult> results) throws JsonProcessingException {
        if (json == null) {
            return 0;
        }
        var text = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(results);
        if (json.equals("-")) {
            out.println(text);
            out.flush();
        } else {
            try {
                Files.writeString(Path.of(json), text + "\n");
            } catch (IOException e) {
                spec.commandLine().getErr().println("cannot write " + json + ": " + e);
                return 1;
            }
        }
        return 0;
    }
}
