package io.forelog.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A node in a process of its own, that can be killed. */
final class ChildNode implements AutoCloseable {

    private final Process process;
    private final String url;

    private ChildNode(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /** Starts a node and returns when it serves. */
    static ChildNode start(Path data, String... settings) throws IOException {
        return start(data, List.of(), settings);
    }

    /** Likewise, in a Java with more options. */
    static ChildNode start(Path data, List<String> options, String... settings) throws IOException {
        var command = new ArrayList<>(java(options));
        command.addAll(List.of(NodeMain.class.getName(), "--data", data.toString(), "--http", "127.0.0.1:0"));
        for (var setting : settings) {
            command.add("--set");
            command.add(setting);
        }
        var process =
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (var line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("ready ")) {
                return new ChildNode(process, line.substring("ready ".length()));
            }
        }
        throw new IOException("the node ended before it served");
    }

    /** Returns what runs a class of this class path, up to its name. */
    static List<String> java(List<String> options) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "@" + Path.of("src", "main", "jvm", "forelog.options").toAbsolutePath(),
                "-Xmx512m",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(options);
        return command;
    }

    String url() {
        return url;
    }

    long pid() {
        return process.pid();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
