package io.forelog.server;

import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.forelog.server.http.SocketTransport;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A node serves over each transport that this machine has, and over no other. */
class TransportTest {

    private static final String NONE_OF_THE_KERNELS = "-Dio.netty.transport.noNative=true";

    private static final String[] SETTINGS = {"cache.regional.enabled=false", "cache.global.address=off"};

    /** Most of its body is still to come. */
    private static final byte[] REQUEST =
            ("POST /v1/logs/a/records HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(5000))
                    .getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path data;

    @ParameterizedTest
    @MethodSource("available")
    void recordsAreAppendedAndReadOverIt(SocketTransport transport) throws IOException {
        long rings = rings();
        try (var node = NodeFixture.start(data, "http.transport=" + transport.choice())) {
            node.put("/v1/logs/a", "{\"shards\":1}");
            var large = "x".repeat(1 << 19);

            assertThat(node.append("a", "{\"value\":\"" + large + "\"}").statusCode())
                    .isEqualTo(201);

            assertThat(text(node.get("/v1/logs/a/shards/0/records/0"))).isEqualTo("\"" + large + "\"");
            assertThat(rings() > rings).isEqualTo(transport == SocketTransport.IO_URING);
        }
    }

    /** A client that dies leaves nothing behind, wherever it was in its request. */
    @ParameterizedTest
    @MethodSource("available")
    void connectionsThatAreResetAreClosedAtOnce(SocketTransport transport) throws IOException {
        try (var node = NodeFixture.start(data, "http.transport=" + transport.choice())) {
            var url = URI.create(node.url());
            int before = connections(node);
            for (int i = 0; i < 60; i++) {
                try (var socket = new Socket(url.getHost(), url.getPort())) {
                    socket.getOutputStream().write(REQUEST, 0, i % 2 == 0 ? 20 : REQUEST.length);
                    socket.setSoLinger(true, 0);
                }
            }

            await().atMost(Duration.ofSeconds(5)).until(() -> connections(node) <= before);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"IO_URING", "EPOLL"})
    void oneThatTheMachineDoesNotHaveIsRefusedWithTheReason(SocketTransport transport) throws Exception {
        var command = new ArrayList<>(ChildNode.java(List.of(NONE_OF_THE_KERNELS)));
        command.addAll(List.of(NodeMain.class.getName(), "--data", data.resolve("never").toString()));
        command.addAll(List.of("--set", "http.transport=" + transport.choice()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();

        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(said).isEqualTo(NodeMain.WRONG_USE);
        assertThat(said.strip())
                .contains("http.transport " + transport.choice(), "noNative=true", "auto takes")
                .doesNotContain("\n");
        assertThat(data.resolve("never")).doesNotExist();
    }

    @Test
    void whatIsChosenByItselfIsWhatTheMachineHas() throws Exception {
        try (var node = ChildNode.start(data, List.of(NONE_OF_THE_KERNELS), SETTINGS);
                var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(node.url() + "/v1/logs")).build();

            assertThat(client.send(request, BodyHandlers.discarding()).statusCode())
                    .isEqualTo(200);
        }
    }

    /** Returns those that are not refused here: for tests of all that depends on them. */
    static Stream<SocketTransport> available() {
        return Arrays.stream(SocketTransport.values()).filter(transport -> {
            try {
                return transport != SocketTransport.AUTO && transport.transport().available();
            } catch (IllegalArgumentException e) {
                return false;
            }
        });
    }

    private static int connections(NodeFixture node) {
        return text(node.get("/metrics"))
                .lines()
                .filter(line -> line.startsWith("http_server_connections "))
                .mapToInt(line -> (int) Double.parseDouble(line.split(" ")[1]))
                .findFirst()
                .orElseThrow();
    }

    /** Returns how many rings of io_uring this process has; none where it cannot have any. */
    private static long rings() throws IOException {
        var descriptors = Path.of("/proc/self/fd");
        if (!Files.isDirectory(descriptors)) {
            return 0;
        }
        try (var all = Files.list(descriptors)) {
            return all.filter(TransportTest::isRing).count();
        }
    }

    private static boolean isRing(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().contains("io_uring");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
