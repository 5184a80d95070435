package io.forelog.server.cluster;

import io.forelog.server.NodeMain;
import io.forelog.server.cli.Commands;
import io.forelog.server.cluster.ClusterPlan.Planned;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code cluster}: runs several nodes on this machine, each a process of its own. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs a cluster on this machine, each node a process of its own, until it is told to end.",
            "Says 'node <name> pid <pid> <url>' when a node serves, and 'ready' when all do. A node that dies is"
                    + " reported; the others go on.",
            "Ports are free ones, chosen once and kept in DIR: started again on it, it is the same cluster. With"
                    + " --set http.port=P nodes take P, P+1, …",
            "The nodes of a region share a Hazelcast cluster, and all of them one Redis, which ends with this command.",
            "In DIR, n1 is the data of node n1, n1.log what it says, and n1.yaml its configuration, with which it can"
                    + " be started alone: forelog node --config DIR/n1.yaml"
        })
public final class ClusterMain implements Callable<Integer> {

    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;
    private static final int NODES_MAX = 99;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            description = "How many; needed at the first start, more at a later one adds some.")
    private @Nullable Integer nodes;

    @Option(
            names = "--regions",
            paramLabel = "REGION",
            split = ",",
            description = "Regions, taken by turns (default: local).")
    private List<String> regions = List.of("local");

    @Option(names = "--data", paramLabel = "DIR", description = "Where the cluster is kept (default: cluster).")
    private Path data = Path.of("cluster");

    @Option(
            names = "--secure",
            description =
                    "With TLS, between nodes too, and API keys: makes an authority and certificates in DIR/certs, at"
                        + " the first start; from then on the cluster stays so. DIR/n1/root.key may do everything on"
                        + " n1.")
    private boolean secure;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Any setting, for all nodes; may be repeated.")
    private List<String> set = List.of();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ClusterMain())
                .setCommandName("forelog cluster")
                .setParameterExceptionHandler(Commands::misused)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    LoggerFactory.getLogger(ClusterMain.class).error("the cluster failed", failure);
                    line.getErr().println("forelog cluster: " + failure.getMessage());
                    return FAILED;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws Exception {
        ClusterPlan plan;
        Map<String, String> settings;
        try {
            settings = settings();
            plan = ClusterPlan.of(data, requireCount(), regions, firstPort(settings));
            if (secure) {
                ClusterCertificates.open(data);
            }
        } catch (IllegalArgumentException | IOException e) {
            System.err.println("forelog cluster: " + Commands.told(e));
            return WRONG_USE;
        }
        boolean founds = plan.isNew(data);
        var redis = SharedRedis.start(data, settings);
        settings.putAll(redis.settings());
        plan.configure(data, settings, founds);
        var children = new ArrayList<NodeChild>();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("shutdown").unstarted(() -> {
                    end(children);
                    redis.close();
                }));
        for (var node : plan.nodes()) {
            start(node, children);
        }
        if (!areReady(children)) {
            return FAILED;
        }
        if (founds) {
            // From now on also the first one finds the others, should it lose its disk.
            plan.configure(data, settings, false);
        }
        say("ready");
        CompletableFuture.allOf(children.stream().map(NodeChild::ended).toArray(CompletableFuture[]::new))
                .join();
        System.err.println("forelog cluster: every node has ended");
        return FAILED;
    }

    private void start(Planned node, List<NodeChild> children) throws IOException {
        var child = NodeChild.start(
                node.name(),
                NodeMain.class.getName(),
                ClusterPlan.configuration(data, node),
                ClusterPlan.log(data, node));
        synchronized (children) {
            children.add(child);
        }
        child.ready().thenAccept(url -> say("node " + node.name() + " pid " + child.pid() + " " + url));
        child.ended().thenAccept(status -> {
            if (!child.isEnding()) {
                System.err.println("forelog cluster: node " + node.name() + " (pid " + child.pid()
                        + ") ended with status " + status + "; " + ClusterPlan.log(data, node) + " has its last words");
            }
        });
    }

    private static boolean areReady(List<NodeChild> children) {
        try {
            CompletableFuture.allOf(children.stream().map(NodeChild::ready).toArray(CompletableFuture[]::new))
                    .join();
            return true;
        } catch (CompletionException e) {
            System.err.println("forelog cluster: " + e.getCause().getMessage());
            return false;
        }
    }

    /** The last one first: so leadership is handed over as few times as can be. */
    private static void end(List<NodeChild> children) {
        List<NodeChild> all;
        synchronized (children) {
            all = List.copyOf(children);
        }
        all.reversed().forEach(NodeChild::close);
    }

    private int requireCount() {
        if (nodes == null) {
            return 0;
        }
        if (nodes < 1 || nodes > NODES_MAX) {
            throw new IllegalArgumentException("--nodes is 1 to " + NODES_MAX + ", not " + nodes);
        }
        return nodes;
    }

    /** Checked here: a mistake is told once, not by each node. */
    private Map<String, String> settings() throws IOException {
        var settings = new LinkedHashMap<String, String>();
        for (var pair : set) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException("--set takes KEY=VALUE, not '" + pair + "'");
            }
            settings.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        Config.of(null, Map.of(), settings);
        return settings;
    }

    private static int firstPort(Map<String, String> settings) {
        var port = settings.get(Settings.HTTP_PORT.key());
        return port == null ? 0 : Settings.HTTP_PORT.parse(port);
    }

    private static synchronized void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
