package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What callers may have under way at a time: beyond it they are refused, and the node serves on. */
class LimitsTest {

    @Test
    void moreRequestsThanTheNodeTakesAreRefusedAtOnce(@TempDir Path data) throws Exception {
        try (var node = NodeFixture.start(data, "http.requestsMax=4")) {
            node.put("/v1/logs/a", "{\"shards\":1}");
            var waiting = new ArrayList<CompletableFuture<Integer>>();
            for (int i = 0; i < 4; i++) {
                waiting.add(CompletableFuture.supplyAsync(
                        () -> node.get("/v1/logs/a/shards/0/records?from=latest&wait=PT4S")
                                .statusCode(),
                        task -> Thread.ofVirtual().start(task)));
            }
            await().until(() -> node.get("/v1/logs").statusCode() == 429);

            var refused = node.get("/v1/logs");

            assertProblem(refused, 429, "overloaded");
            assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
            assertThat(node.get("/health/live").statusCode()).isEqualTo(200);
            assertThat(onOneConnection(
                            node,
                            "POST /v1/logs/a/records HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                                    + "x".repeat(1000),
                            "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 429")
                    .contains("HTTP/1.1 200");
            assertThat(waiting).allSatisfy(wait -> assertThat(wait.join()).isEqualTo(200));
            await().until(() -> node.get("/v1/logs").statusCode() == 200);
        }
    }

    @Test
    void bodiesTakeOnlySoMuchMemoryTogether(@TempDir Path data) throws Exception {
        try (var node = NodeFixture.start(data, "http.pendingBytesMax=256KiB", "http.bodyTimeout=PT20S")) {
            node.put("/v1/logs/a", "{\"shards\":1}");
            var url = URI.create(node.url());
            try (var slow = new Socket(url.getHost(), url.getPort())) {
                slow.getOutputStream()
                        .write(("POST /v1/logs/a/records HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n"
                                        + "Content-Length: 300000\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
                slow.getOutputStream().write(new byte[200_000]);
                slow.getOutputStream().flush();

                await().untilAsserted(() -> assertProblem(append(node, 100_000), 429, "overloaded"));
                assertThat(append(node, 1_000).statusCode()).isEqualTo(201);
            }
            await().until(() -> append(node, 100_000).statusCode() == 201);
        }
    }

    @Test
    void aBodyThatDoesNotComeIsNotWaitedForLong(@TempDir Path data) throws Exception {
        try (var node = NodeFixture.start(data, "http.bodyTimeout=PT0.2S")) {
            var url = URI.create(node.url());
            try (var slow = new Socket(url.getHost(), url.getPort())) {
                slow.setSoTimeout(10_000);
                slow.getOutputStream()
                        .write("PUT /v1/logs/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{"
                                .getBytes(StandardCharsets.US_ASCII));

                var answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

                assertThat(answer).startsWith("HTTP/1.1 408").contains("/problems/request-timeout");
            }
        }
    }

    @Test
    void tailsAreCounted(@TempDir Path data) throws Exception {
        try (var node = NodeFixture.start(data, "http.tailsMax=2");
                var client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build()) {
            node.put("/v1/logs/a", "{\"shards\":1}");
            var tail = node.url() + "/v1/logs/a/tail";
            try (var first = TailClient.open(client, tail);
                    var second = TailClient.open(client, tail)) {
                assertThat(first.status() + second.status()).isEqualTo(400);
                assertProblem(node.get("/v1/logs/a/tail"), 429, "overloaded");
            }
            await().until(() -> {
                try (var again = TailClient.open(client, tail)) {
                    return again.status() == 200;
                }
            });
        }
    }

    @Test
    void connectionsAreCounted(@TempDir Path data) throws Exception {
        try (var node = NodeFixture.start(data, "http.connectionsMax=6")) {
            var url = URI.create(node.url());
            var sockets = new ArrayList<Socket>();
            try {
                for (int i = 0; i < 8; i++) {
                    sockets.add(new Socket(url.getHost(), url.getPort()));
                    sockets.getLast()
                            .getOutputStream()
                            .write("GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                await().until(() -> sockets.stream().anyMatch(LimitsTest::isClosed));
            } finally {
                for (var socket : sockets) {
                    socket.close();
                }
            }
        }
    }

    private static String onOneConnection(NodeFixture node, String... requests) throws IOException {
        var url = URI.create(node.url());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            for (var request : requests) {
                socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static boolean isClosed(Socket socket) {
        try {
            socket.setSoTimeout(100);
            return socket.getInputStream().read(new byte[4096]) < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static java.net.http.HttpResponse<byte[]> append(NodeFixture node, int bytes) {
        return node.send("POST", "/v1/logs/a/records", new byte[bytes], "Content-Type", "text/plain");
    }
}
