package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What HTTP itself asks of the API: ranges, codings, origins, traces, limits of lines and headers. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpContractTest {

    private static final String VALUE = "/v1/logs/values/shards/0/records/0";

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data, "http.corsOrigins=https://pages.example");
        node.put("/v1/logs/values", "{\"shards\":1}");
        node.send(
                "POST",
                "/v1/logs/values/records?key=",
                "0123456789".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
        for (int i = 0; i < 50; i++) {
            node.append("values", "{\"key\":\"k\",\"value\":\"" + "text ".repeat(20) + i + "\"}");
        }
    }

    @AfterAll
    void end() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-3, 0123, bytes 0-3/10",
        "bytes=4-, 456789, bytes 4-9/10",
        "bytes=-2, 89, bytes 8-9/10",
        "bytes=8-99, 89, bytes 8-9/10",
        "bytes=-99, 0123456789, bytes 0-9/10"
    })
    void aRangeOfAValueIsAnswered(String range, String part, String contentRange) {
        var answer = node.get(VALUE, "Range", range);

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(text(answer)).isEqualTo(part);
        assertThat(answer.headers().firstValue("Content-Range")).hasValue(contentRange);
        assertThat(answer.headers().firstValue("ETag")).hasValue("\"0:0\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=0-1,4-5", "lines=1-2", "bytes=5-2", "bytes=-", "nonsense"})
    void otherRangesGetTheWholeValue(String range) {
        var answer = node.get(VALUE, "Range", range);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(text(answer)).isEqualTo("0123456789");
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=10-", "bytes=-0", "bytes=99-100"})
    void aRangeOutsideOfTheValueIsRefusedWithItsLength(String range) {
        var answer = node.get(VALUE, "Range", range);

        assertProblem(answer, 416, "range-not-satisfiable");
        assertThat(answer.headers().firstValue("Content-Range")).hasValue("bytes */10");
    }

    @Test
    void aRangeIsOnlyForWhoHasTheRestOfTheSameValue() {
        assertThat(node.get(VALUE, "Range", "bytes=0-1", "If-Range", "\"0:0\"").statusCode())
                .isEqualTo(206);
        assertThat(node.get(VALUE, "Range", "bytes=0-1", "If-Range", "\"0:1\"").statusCode())
                .isEqualTo(200);
        assertThat(node.send("HEAD", VALUE, null, "Range", "bytes=0-1").statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip | gzip",
                "deflate | deflate",
                "zstd | zstd",
                "gzip, zstd | zstd",
                "gzip;q=1, zstd;q=0.5 | gzip",
                "* | zstd",
                "br | none",
                "gzip;q=0 | none",
                "identity;q=1, gzip;q=0.1 | none"
            })
    void aRunIsCompressedAsTheCallerPrefers(String accepted, String coding) throws IOException {
        var plain = node.get("/v1/logs/values/shards/0/records");
        var answer = node.get("/v1/logs/values/shards/0/records", "Accept-Encoding", accepted);

        assertThat(answer.headers().firstValue("Content-Encoding").orElse("none"))
                .isEqualTo(coding);
        assertThat(answer.headers().allValues("Vary")).contains("Accept-Encoding");
        assertThat(decoded(answer)).isEqualTo(plain.body());
        assertThat(answer.body().length).isLessThanOrEqualTo(plain.body().length);
    }

    private static byte[] decoded(HttpResponse<byte[]> answer) throws IOException {
        InputStream body = new ByteArrayInputStream(answer.body());
        return switch (answer.headers().firstValue("Content-Encoding").orElse("none")) {
            case "gzip" -> new GZIPInputStream(body).readAllBytes();
            case "deflate" -> new InflaterInputStream(body).readAllBytes();
            case "zstd" -> Zstd.decompress(answer.body());
            default -> answer.body();
        };
    }

    @Test
    void aValueIsNeverCompressed() {
        assertThat(node.get(VALUE, "Accept-Encoding", "gzip").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void aKeysHistoryHasNoFormAsBatches() {
        assertProblem(
                node.get("/v1/logs/values/keys/k/records", "Accept", "application/vnd.forelog.batch"),
                406,
                "not-acceptable");
    }

    @Test
    void aKeyOfNoBytesIsAKey() {
        assertThat(text(node.get("/v1/logs/values/keys/"))).isEqualTo("0123456789");
        assertThat(node.get("/v1/logs/values/keys//records").statusCode()).isEqualTo(200);
        assertThat(node.get("/v1/logs/values/keys/").headers().firstValue("Record-Key"))
                .hasValue("");
    }

    @Test
    void onlyAllowedOriginsAreAnsweredToTheirPages() {
        var allowed = node.get(VALUE, "Origin", "https://pages.example");
        var other = node.get(VALUE, "Origin", "https://elsewhere.example");
        var preflight = node.send(
                "OPTIONS",
                "/v1/logs/values/records",
                null,
                "Origin",
                "https://pages.example",
                "Access-Control-Request-Method",
                "POST");

        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).hasValue("https://pages.example");
        assertThat(other.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Methods")
                        .orElseThrow())
                .contains("POST");
        assertThat(preflight.headers().firstValue("Allow")).hasValue("POST");
    }

    @Test
    void aCallersTraceIsGoneOnWith() {
        var parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

        assertThat(node.get(VALUE, "traceparent", parent)
                        .headers()
                        .firstValue("traceresponse")
                        .orElseThrow())
                .startsWith("00-4bf92f3577b34da6a3ce929d0e0e4736-")
                .endsWith("-01")
                .doesNotContain("00f067aa0ba902b7");
        assertThat(node.get(VALUE, "traceparent", "00-junk")
                        .headers()
                        .firstValue("traceresponse")
                        .orElseThrow())
                .matches("00-[0-9a-f]{32}-[0-9a-f]{16}-00");
    }

    @Test
    void anAddressOrHeadersTooLongAreToldApart() throws IOException {
        assertThat(raw("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 414 ")
                .contains("/problems/uri-too-long");
        assertThat(raw("GET / HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(40_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 431 ")
                .contains("/problems/headers-too-large");
        assertThat(raw("no HTTP at all\r\n\r\n"))
                .startsWith("HTTP/1.")
                .contains(" 400 ")
                .contains("application/problem+json");
    }

    @Test
    void aConnectionServesManyRequests() throws IOException {
        var twice = "GET /health/live HTTP/1.1\r\n"
                + "Host: x\r\n\r\n"
                + "GET /health/live HTTP/1.1\r\n"
                + "Host: x\r\n"
                + "Connection: close\r\n\r\n";

        assertThat(raw(twice).split("HTTP/1.1 200 OK", -1)).hasSize(3);
    }

    /** RFC 9112, 3.2; before HTTP/1.1 there was no such header. */
    @ParameterizedTest
    @CsvSource({"HTTP/1.1, 0, 400", "HTTP/1.1, 1, 200", "HTTP/1.1, 2, 400", "HTTP/1.0, 0, 200"})
    void aRequestNamesOneHost(String version, int hosts, int status) throws IOException {
        var close = status == 400 ? "" : "Connection: close\r\n";
        // It is read to the end of the connection.
        var answer = raw("GET /health/live " + version + "\r\n" + "Host: x\r\n".repeat(hosts) + close + "\r\n");

        assertThat(answer).startsWith(version + " " + status);
    }

    private String raw(String request) throws IOException {
        var url = URI.create(node.url());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void ofChangesAtOnceNoneIsLost() {
        node.put("/v1/logs/changed", "{\"shards\":1}");
        for (int round = 0; round < 5; round++) {
            int bytes = 1000 + round;
            var changes = IntStream.range(0, 8)
                    .mapToObj(i -> switch (i % 4) {
                        case 0 -> "{\"valueBytesMax\":" + bytes + "}";
                        case 1 -> "{\"retention\":{\"bytes\":" + bytes + "}}";
                        case 2 -> "{\"archive\":{\"bytes\":" + bytes + "}}";
                        default -> "{\"retention\":{\"age\":\"PT" + bytes + "S\"}}";
                    })
                    .map(body -> CompletableFuture.supplyAsync(() -> node.send(
                            "PATCH",
                            "/v1/logs/changed",
                            body.getBytes(StandardCharsets.UTF_8),
                            "Content-Type",
                            "application/json")))
                    .toList();
            assertThat(changes)
                    .allSatisfy(change -> assertThat(change.join().statusCode()).isEqualTo(200));

            var log = json(node.get("/v1/logs/changed"));
            assertThat(log.get("valueBytesMax").intValue()).isEqualTo(bytes);
            assertThat(log.get("retention").get("bytes").intValue()).isEqualTo(bytes);
            assertThat(log.get("retention").get("age").textValue())
                    .isEqualTo(java.time.Duration.ofSeconds(bytes).toString());
            assertThat(log.get("archive").get("bytes").intValue()).isEqualTo(bytes);
        }
    }
}
