package io.forelog.loadgen.torture.cluster;

import java.util.ArrayList;
import java.util.List;

/**
 * What starts a program of the node's side, without its options.
 *
 * @param java the virtual machine with its options and class path, without a main class
 */
public record NodeCommand(List<String> java) {

    private static final String NODE = "io.forelog.server.NodeMain";
    private static final String TUNING = "node.options";
    private static final String VERIFY = "io.forelog.server.VerifyMain";

    public NodeCommand {
        java = List.copyOf(java);
    }

    /**
     * Returns what the launcher's line says, but for what a node takes to become fast: one that is killed every few
     * seconds, beside others on few cores, is worth a quick start.
     *
     * @param line what starts a node, its main class last
     * @param heap of each node, as {@code -Xmx} takes it
     */
    public static NodeCommand of(List<String> line, String heap) {
        var java = new ArrayList<>(line.subList(0, line.size() - 1));
        java.removeIf(option -> option.endsWith(TUNING));
        java.addAll(1, List.of("-Xmx" + heap, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        return new NodeCommand(java);
    }

    /** Returns what starts a node. */
    public List<String> node() {
        return with(NODE);
    }

    /** Returns what checks a node's data while it does not run. */
    public List<String> verify() {
        return with(VERIFY);
    }

    private List<String> with(String main) {
        var line = new ArrayList<>(java);
        line.add(main);
        return line;
    }
}
