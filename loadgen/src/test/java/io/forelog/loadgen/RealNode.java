package io.forelog.loadgen;

import io.forelog.loadgen.demo.NodeProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Starts the real node, as the launcher does, on the tests' class path. */
public final class RealNode {

    /** One node by itself: no tiers of cache beyond its own. */
    public static final Map<String, String> ALONE =
            Map.of("cache.global.address", "off", "cache.regional.enabled", "false");

    /** Likewise, where appends must not be given up however slow the machine is. */
    public static final Map<String, String> PATIENT = Map.of(
            "cache.global.address",
            "off",
            "cache.regional.enabled",
            "false",
            "append.timeout",
            "PT1M",
            "read.timeout",
            "PT1M");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private RealNode() {}

    /** Returns what starts a node, without its options. */
    public static List<String> command() {
        return command("io.forelog.server.NodeMain");
    }

    /** Returns what starts a command of the node's side. */
    public static List<String> command(String main) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@"
                        + Path.of(System.getProperty("basedir", "."))
                                .toAbsolutePath()
                                .getParent()
                                .resolve("log-shard/src/main/jvm/forelog.options"),
                "-Xmx512m",
                // A node in a test lives for seconds, beside others on few cores: what it is worth is a quick start.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main);
    }

    /** Starts one in this folder; on the same folder it is the same node. */
    public static NodeProcess start(Path folder, int port) throws IOException {
        return NodeProcess.start(command(), folder, "127.0.0.1:" + port, ALONE, PATIENCE);
    }

    /** Starts one with {@link #PATIENT} on any port. */
    public static NodeProcess startPatient(Path folder) throws IOException {
        return NodeProcess.start(command(), folder, "127.0.0.1:0", PATIENT, PATIENCE.multipliedBy(2));
    }
}
