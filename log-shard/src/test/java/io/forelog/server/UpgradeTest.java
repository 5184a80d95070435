package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which version of HTTP a connection speaks is known by its first bytes, and stays so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UpgradeTest {

    private static final String BODY = "{\"addresses\":[\"0:0\"]}";

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data);
        node.put("/v1/logs/a", "{\"shards\":1}");
    }

    @AfterAll
    void end() {
        node.close();
    }

    /** With what it needs, without it, and with settings that are none. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: h2c",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings",
                "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: !",
                "upgrade: H2C\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__"
            })
    void anOfferThatLacksSomethingOrComesWithABodyIsPassedOver(String headers) throws IOException {
        try (var socket = connect()) {
            for (int i = 0; i < 2; i++) {
                socket.getOutputStream().write(read(headers));

                assertAnswered(socket);
            }
        }
    }

    /** As Java's own client makes it; no settings are settings. */
    @Test
    void aWholeOfferWithoutABodyIsTaken() throws Exception {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(node.url() + "/v1/logs/a")).build();

            for (int i = 0; i < 2; i++) {
                var answer = client.send(request, HttpResponse.BodyHandlers.ofString());

                assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
                assertThat(answer.statusCode()).isEqualTo(200);
            }
        }
    }

    /** What a connection begins with may come in any parts; a method may begin as HTTP/2 does. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 30})
    void anOfferInPartsIsPassedOver(int firstBytes) throws IOException {
        try (var socket = connect()) {
            socket.setTcpNoDelay(true);
            byte[] request = read("Upgrade: h2c");
            for (int i = 0; i < firstBytes; i++) {
                socket.getOutputStream().write(request[i]);
            }
            socket.getOutputStream().write(request, firstBytes, request.length - firstBytes);

            assertAnswered(socket);
        }
    }

    @Test
    void whoKnowsThatHttp2IsSpokenBeginsWithIt() throws Exception {
        var url = URI.create(node.url());
        var vertx = Vertx.vertx();
        try {
            var client = vertx.createHttpClient(new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(false));
            var version = client.request(new RequestOptions()
                            .setMethod(HttpMethod.POST)
                            .setHost(url.getHost())
                            .setPort(url.getPort())
                            .setURI("/v1/logs/a/read")
                            .putHeader("Content-Type", "application/json"))
                    .compose(request -> request.send(BODY))
                    .map(answer -> answer.version() + " " + answer.statusCode())
                    .await(20, TimeUnit.SECONDS);

            assertThat(version).isEqualTo("HTTP_2 200");
        } finally {
            vertx.close().await(20, TimeUnit.SECONDS);
        }
    }

    private Socket connect() throws IOException {
        var url = URI.create(node.url());
        var socket = new Socket(url.getHost(), url.getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static byte[] read(String headers) {
        return ("POST /v1/logs/a/read HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n" + headers
                        + "\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads one answer, whose body is one object in an array. */
    private static void assertAnswered(Socket socket) throws IOException {
        var answer = new StringBuilder();
        while (answer.indexOf("}]}") < 0) {
            int read = socket.getInputStream().read();
            assertThat(read).as("the end of %s", answer).isNotNegative();
            answer.append((char) read);
        }
        assertThat(answer.toString()).startsWith("HTTP/1.1 200 ");
    }
}
