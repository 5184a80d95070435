package io.forelog.loadgen.bench;

import io.forelog.ports.LocalPorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Brokers of Kafka on this machine, each its own controller, from a folder of jars. */
final class KafkaBrokers implements AutoCloseable {

    /** Any 16 bytes in Base64 will do. */
    private static final String CLUSTER = "Zm9yZWxvZy1iZW5jaC0xMg";

    private static final int FORMAT_SECONDS_MAX = 60;
    /** Those of Kafka's own start script. */
    private static final List<String> FLAGS = List.of(
            "-Xms1g",
            "-Xmx1g",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private final List<Integer> ports;
    private final List<ServerProcess> processes = new ArrayList<>();

    private KafkaBrokers(List<Integer> ports) {
        this.ports = ports;
    }

    /** @throws IOException if one does not start */
    static KafkaBrokers start(Path jars, int count, Path folder) throws IOException {
        var ports = freePorts(count);
        var controllers = freePorts(count);
        var brokers = new KafkaBrokers(ports);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        try {
            for (int i = 0; i < count; i++) {
                var own = Files.createDirectories(folder.resolve("kafka-" + (i + 1)));
                var properties = own.resolve("server.properties");
                Files.writeString(properties, properties(i + 1, ports.get(i), controllers, own.resolve("data")));
                var output = own.resolve("broker.log");
                format(
                        List.of(
                                java,
                                "-cp",
                                jars + "/*",
                                "kafka.tools.StorageTool",
                                "format",
                                "-t",
                                CLUSTER,
                                "-c",
                                properties.toString()),
                        output);
                var command = new ArrayList<>(List.of(java));
                command.addAll(FLAGS);
                command.addAll(List.of("-cp", jars + "/*", "kafka.Kafka", properties.toString()));
                brokers.processes.add(ServerProcess.launch(command, output));
            }
            // Not one by one: a broker listens only when most controllers have found each other.
            for (int i = 0; i < count; i++) {
                brokers.processes.get(i).awaitListening(ports.get(i));
            }
            return brokers;
        } catch (IOException | RuntimeException e) {
            brokers.close();
            throw e;
        }
    }

    private static List<Integer> freePorts(int count) throws IOException {
        var ports = new ArrayList<Integer>();
        while (ports.size() < count) {
            ports.add(LocalPorts.free());
        }
        return ports;
    }

    private static String properties(int node, int port, List<Integer> controllers, Path data) {
        var voters = IntStream.range(0, controllers.size())
                .mapToObj(i -> (i + 1) + "@127.0.0.1:" + controllers.get(i))
                .collect(Collectors.joining(","));
        return """
            process.roles=broker,controller
            node.id=%d
            controller.quorum.voters=%s
            listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
            advertised.listeners=PLAINTEXT://127.0.0.1:%d
            controller.listener.names=CONTROLLER
            listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
            inter.broker.listener.name=PLAINTEXT
            log.dirs=%s
            offsets.topic.replication.factor=1
            transaction.state.log.replication.factor=1
            transaction.state.log.min.isr=1
            share.coordinator.state.topic.replication.factor=1
            share.coordinator.state.topic.min.isr=1
            auto.create.topics.enable=false
            """.formatted(node, voters, port, controllers.get(node - 1), port, data);
    }

    private static void format(List<String> command, Path output) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
        try {
            if (!process.waitFor(FORMAT_SECONDS_MAX, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("Kafka's folder could not be made; it said:\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka's folder was made", e);
        }
    }

    int count() {
        return ports.size();
    }

    /** Returns what they listen on, separated by commas. */
    String addresses() {
        return ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(","));
    }

    Stream<ProcessHandle> processes() {
        return processes.stream().map(ServerProcess::handle);
    }

    @Override
    public void close() {
        processes.forEach(ServerProcess::close);
    }
}
