package io.forelog.server;

import io.forelog.server.cli.Commands;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code node}: runs one node until it is told to end. */
@Command(
        name = "node",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Runs one node. When it serves, it says so in one line: ready <url>.")
public final class NodeMain implements Callable<Integer> {

    static final int FAILED = 1;
    static final int WRONG_USE = 2;

    @Option(names = "--config", paramLabel = "FILE", description = "Settings as YAML.")
    private @Nullable Path config;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of the records (default: data).")
    private @Nullable Path data;

    @Option(
            names = "--http",
            paramLabel = "HOST:PORT",
            description = "Where to listen (default: 127.0.0.1:8420); port 0 takes a free one.")
    private @Nullable String http;

    @Option(names = "--name", paramLabel = "NAME", description = "The node's name, unique in its cluster.")
    private @Nullable String name;

    @Option(names = "--region", paramLabel = "REGION", description = "The node's region.")
    private @Nullable String region;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            split = ",",
            description = "Where nodes of the cluster serve, to join it through them. Without it a new node founds a"
                    + " cluster; once it belongs to one it needs this no more.")
    private List<String> join = List.of();

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Any setting; may be repeated. --help-settings lists them.")
    private List<String> set = List.of();

    @Option(names = "--help-settings", description = "Lists every setting with its default and what it does.")
    private boolean helpSettings;

    public static void main(String[] arguments) {
        // picocli's own exit codes are the contract's: 0, 1 for a failure, 2 for wrong use.
        System.exit(new CommandLine(new NodeMain())
                .setCommandName("forelog node")
                .setParameterExceptionHandler(Commands::misused)
                .setExecutionExceptionHandler(NodeMain::failed)
                .execute(arguments));
    }

    private static int failed(Exception failure, CommandLine line, CommandLine.ParseResult parsed) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            // Nothing of the node's own: where it came from helps nobody.
            if (cause instanceof BindException taken) {
                line.getErr().println("forelog node: " + taken.getMessage());
                return FAILED;
            }
            if (cause instanceof FileSystemException file) {
                line.getErr().println("forelog node: " + failure.getMessage() + ": " + Commands.told(file));
                return FAILED;
            }
        }
        LoggerFactory.getLogger(NodeMain.class).error("the node failed", failure);
        line.getErr().println("forelog node: " + failure.getMessage());
        return FAILED;
    }

    @Override
    public Integer call() throws Exception {
        if (helpSettings) {
            Config.catalogue()
                    .forEach(setting -> System.out.printf(
                            "%s (%s; default: %s)%n    %s%n",
                            setting.key(),
                            setting.type(),
                            setting.initial().isEmpty() ? "none" : setting.initial(),
                            setting.doc()));
            return 0;
        }
        Config settings;
        try {
            settings = Config.of(config, System.getenv(), flags());
            Listening.requireSafe(settings);
            Listening.transport(settings);
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("forelog node: " + e.getMessage());
            return WRONG_USE;
        }
        HeapGoal.set(settings);
        var ended = new CompletableFuture<Boolean>();
        var running = new AtomicReference<>(new Node(settings));
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    running.get().close();
                    ended.complete(false);
                }));
        while (serve(running.get(), ended)) {
            // As another member of its cluster, which it was away from for long.
            running.set(new Node(settings));
        }
        return 0;
    }

    /** Returns, when the node has ended, whether it is to start again. */
    private static boolean serve(Node node, CompletableFuture<Boolean> ended) throws IOException {
        node.start();
        System.out.println("ready " + node.url());
        System.out.flush();
        var superseded = node.superseded();
        boolean again = (Boolean) CompletableFuture.anyOf(ended, superseded).join();
        if (superseded.isDone()) {
            node.close();
        }
        return again && !ended.isDone();
    }

    private Map<String, String> flags() {
        var flags = new LinkedHashMap<String, String>();
        for (var pair : set) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--set takes KEY=VALUE, not '" + pair + "'");
            }
            flags.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        if (data != null) {
            flags.put(Settings.DATA.key(), data.toString());
        }
        if (name != null) {
            flags.put(Settings.NODE_NAME.key(), name);
        }
        if (region != null) {
            flags.put(Settings.NODE_REGION.key(), region);
        }
        if (!join.isEmpty()) {
            flags.put(Settings.CLUSTER_JOIN.key(), String.join(",", join));
        }
        if (http != null) {
            int colon = http.lastIndexOf(':');
            if (colon < 1) {
                throw new IllegalArgumentException("--http takes HOST:PORT, not '" + http + "'");
            }
            flags.put(Settings.HTTP_HOST.key(), http.substring(0, colon));
            flags.put(Settings.HTTP_PORT.key(), http.substring(colon + 1));
        }
        return flags;
    }
}
