package io.forelog.server;

import static io.forelog.server.AppendContractTest.assertProblem;
import static io.forelog.server.NodeFixture.json;
import static io.forelog.server.NodeFixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The corners of the contract that a stranger's client would find first. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ContractEdgesTest {

    private NodeFixture node;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        node = NodeFixture.start(data);
        node.put("/v1/logs/edges", "{\"shards\":3,\"fsync\":\"interval\"}");
        node.append("edges", "{\"key\":\"k\",\"value\":1}");
    }

    @AfterAll
    void end() {
        node.close();
    }

    /** Whatever bytes a key has, it is found under their percent-encoding and told so again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "a%2Fb",
                "%C3%A4",
                "a%20b",
                "%00%FF%FE",
                "100%25",
                "a+b",
                "%E2%82%AC",
                ".",
                "..%2F..",
                "a%3Fb%23c"
            })
    void aKeyOfAnyBytesComesBack(String key) {
        var sent = node.send(
                "POST",
                "/v1/logs/edges/records?key=" + key,
                "v".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "text/plain");
        assertThat(sent.statusCode()).as(text(sent)).isEqualTo(201);

        var read = node.get("/v1/logs/edges/keys/" + key.replace("+", "%2B"));

        assertThat(read.statusCode()).as(text(read)).isEqualTo(200);
        var address = json(sent).at("/records/0");
        assertThat(read.headers().firstValue("ETag"))
                .contains("\"" + address.get("shard").asInt() + ":"
                        + address.get("offset").asLong() + "\"");
        assertThat(decoded(read.headers().firstValue("Record-Key").orElseThrow()))
                .isEqualTo(decoded(key.replace("+", "%2B")));
    }

    /** A plus is a plus in a header, as in a path. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.ISO_8859_1);
    }

    /** No key, and a key of no bytes, are two things. */
    @Test
    void anEmptyKeyIsNotAnAbsentOne() {
        node.put("/v1/logs/empty", "{\"shards\":1}");
        node.send("POST", "/v1/logs/empty/records", new byte[] {1}, "Content-Type", "application/octet-stream");
        assertProblem(node.get("/v1/logs/empty/keys/"), 404, "no-such-key");
        node.send("POST", "/v1/logs/empty/records?key=", new byte[] {2}, "Content-Type", "application/octet-stream");

        var found = node.get("/v1/logs/empty/keys/");

        assertThat(found.statusCode()).isEqualTo(200);
        assertThat(found.body()).containsExactly(2);
        assertThat(found.headers().firstValue("Record-Key")).contains("");
        assertThat(node.get("/v1/logs/empty/shards/0/records/0").headers().firstValue("Record-Key"))
                .isEmpty();
        assertThat(json(node.get("/v1/logs/empty/shards/0/records", "Accept", "application/json"))
                        .at("/records/0")
                        .hasNonNull("key"))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/logs",
                "/v1/logs/edges",
                "/v1/logs/edges/shards",
                "/v1/logs/edges/shards/0",
                "/v1/logs/edges/shards/0/records",
                "/v1/logs/edges/keys/k",
                "/v1/logs/edges/keys/k/records",
                "/v1/logs/edges/route?key=k",
                "/v1/nodes",
                "/v1/caches",
                "/v1/prefetch",
                "/v1/plans",
                "/v1/descriptors",
                "/v1/decisions",
                "/v1/policy",
                "/health/live",
                "/health/ready",
                "/metrics",
                "/openapi.json",
                "/",
                "/v1/logs/edges/tail",
                "/v1/logs/edges/cursors/c/records"
            })
    void headTellsWhatGetWould(String path) {
        var head = node.send("HEAD", path, null);

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        assertThat(head.headers().firstValue("Content-Type")).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /v1/logs",
        "DELETE, /v1/logs/edges/records",
        "PUT, /v1/logs/edges/shards/0/records/0",
        "PATCH, /v1/nodes",
        "GET, /v1/logs/edges/read",
        "POST, /metrics",
        "DELETE, /health/live",
        "PUT, /v1/logs/edges/tail",
        "TRACE, /v1/logs"
    })
    void aMethodThatIsNotForAPathNamesThoseThatAre(String method, String path) {
        var answer = node.send(method, path, null);

        assertProblem(answer, 405, "method-not-allowed");
        assertThat(answer.headers().firstValue("Allow").orElseThrow())
                .isNotBlank()
                .doesNotContain(method + ",");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "application/json;q=0.5, application/x-ndjson;q=0.9 | application/x-ndjson",
                "application/json, application/x-ndjson;q=0.9 | application/json",
                "*/* | application/x-ndjson",
                "application/x-ndjson;q=0, application/json | application/json",
                "application/* | application/",
                "text/html, */*;q=0.1 | application/x-ndjson",
                "application/json;q=0.5, */* | application/x-ndjson",
                "application/x-ndjson;q=0, */*;q=0.1 | application/json",
                "application/json, text/plain, */* | application/json",
                "APPLICATION/JSON | application/json"
            })
    void aRunComesInTheFormThatIsPreferred(String accept, String type) {
        var answer = node.get("/v1/logs/edges/shards/0/records", "Accept", accept);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    }

    /** What comes in the lines of a header one by one is one list: RFC 9110, 5.3. */
    @Test
    void theLinesOfAHeaderAreReadTogether() throws IOException {
        var run = lines("GET /v1/logs/edges/shards/0/records", "Accept: text/html\r\nAccept: application/json\r\n");
        assertThat(run).startsWith("HTTP/1.1 200").contains("content-type: application/json");
        var address = json(node.get("/v1/logs/edges/keys/k/records", "Accept", "application/json")).at("/records/0");
        var at = address.get("shard") + ":" + address.get("offset");

        var known = lines("GET /v1/logs/edges/keys/k", "If-None-Match: \"9:9\"\r\nIf-None-Match: \"" + at + "\"\r\n");

        assertThat(known).startsWith("HTTP/1.1 304");
    }

    private String lines(String request, String headers) throws IOException {
        var url = URI.create(node.url());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream()
                    .write((request + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    /** Of what is accepted, what there is counts: batches are no form of a key's records, or of a cursor's. */
    @ParameterizedTest
    @ValueSource(strings = {"keys/k/records", "cursors/c/records"})
    void whatThereIsNotInAFormComesInTheNextBest(String records) {
        var path = "/v1/logs/edges/" + records;
        var batches = "application/vnd.forelog.batch";
        var answer = node.get(path, "Accept", batches + ", application/json;q=0.5");

        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertProblem(node.get(path, "Accept", batches), 406, "not-acceptable");
    }

    /** RFC 9110, 13.1.1: who asks for a record by its tag does not want another one. */
    @Test
    void aReadOfAnotherRecordThanIsAskedForFails() {
        var tag = node.get("/v1/logs/edges/keys/k").headers().firstValue("ETag").orElseThrow();

        assertThat(node.get("/v1/logs/edges/keys/k", "If-Match", "\"7:7\", " + tag).statusCode())
                .isEqualTo(200);
        assertThat(node.get("/v1/logs/edges/keys/k", "If-Match", "*").statusCode()).isEqualTo(200);
        for (var other : List.of("\"7:7\"", "W/" + tag)) {
            assertProblem(node.get("/v1/logs/edges/keys/k", "If-Match", other), 412, "precondition-failed");
        }
        assertProblem(node.get("/v1/logs/edges/keys/none", "If-Match", tag), 404, "no-such-key");
    }

    /** A key that nobody would look at must not be passed over: the records would have none. */
    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson", "application/vnd.forelog.batch"})
    void recordsThatHaveTheirOwnKeysTakeNoneFromTheQuery(String type) {
        var sent = node.send(
                "POST",
                "/v1/logs/edges/records?key=k",
                "{\"value\":1}".getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                type);

        assertProblem(sent, 400, "bad-request");
        assertThat(json(sent).get("detail").asText()).contains("?key=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "limit=0",
                "limit=10001",
                "limit=x",
                "limit=1&limit=2",
                "wait=5",
                "wait=-PT1S",
                "wait=PT2M",
                "wait=",
                "from=-1",
                "from=",
                "from=time:yesterday",
                "from=time:%2B1000000000-12-31T23:59:59Z",
                "bytes=0",
                "unknown=1",
                "from=99999999999999999999"
            })
    void aParameterThatCannotBeIsRefused(String query) {
        assertProblem(node.get("/v1/logs/edges/shards/0/records?" + query), 400, "bad-request");
    }

    /** Lines are counted from one, empty ones too. */
    @Test
    void theNumberOfAMalformedLineIsNamed() {
        var body = "{\"key\":\"a\",\"value\":1}\n\n{\"key\":\"b\",\"value\":2}\r\n{\"key\":3}\n";
        long before = json(node.get("/v1/logs/edges")).at("/totals/records").asLong();

        var answer = node.send(
                "POST",
                "/v1/logs/edges/records",
                body.getBytes(StandardCharsets.UTF_8),
                "Content-Type",
                "application/x-ndjson");

        assertProblem(answer, 400, "bad-request");
        assertThat(json(answer).get("detail").asText()).contains("line 4");
        assertThat(json(node.get("/v1/logs/edges")).at("/totals/records").asLong())
                .isEqualTo(before);
    }

    @Test
    void whatIsReadNextIsToldOnceSeveralReadersReadItSo() {
        node.put("/v1/logs/pairs", "{\"shards\":1}");
        node.append("pairs", "{\"key\":\"first\",\"value\":1}");
        node.append("pairs", "{\"key\":\"other\",\"value\":1}");
        node.append("pairs", "{\"key\":\"second\",\"value\":2}");
        assertProblem(node.get("/v1/analytics/co-access?log=pairs&key=none"), 404, "no-such-key");
        assertProblem(node.get("/v1/analytics/co-access?log=none&key=first"), 404, "no-such-log");
        assertProblem(node.get("/v1/analytics/co-access?log=pairs"), 400, "bad-request");

        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            for (int reader = 0; reader < 6; reader++) {
                node.get("/v1/logs/pairs/shards/0/records/0", "Forelog-Reader", "reader " + reader);
                node.get("/v1/logs/pairs/shards/0/records/2", "Forelog-Reader", "reader " + reader);
            }
            var next = json(node.get("/v1/analytics/co-access?log=pairs&key=first"))
                    .get("followers");
            assertThat(next).isNotEmpty();
            assertThat(next.get(0).get("key").asText()).isEqualTo("second");
            assertThat(next.get(0).get("probability").asDouble()).isGreaterThan(0.5);
        });
    }

    /** Of two members of a name, and of what follows, a careless reader would drop one without a word. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"shards\":1}x", "{\"shards\":1} {}", "{\"shards\":1,\"shards\":2}"})
    void aBodyIsOneObjectOfWhichNothingIsPassedOver(String body) {
        assertProblem(node.put("/v1/logs/careless", body), 400, "bad-request");
        assertProblem(node.get("/v1/logs/careless"), 404, "no-such-log");
    }

    @ParameterizedTest
    @ValueSource(strings = {"shards/0/records/+0", "shards/+0/records/0", "shards/0/records?limit=+1"})
    void aNumberHasNoPlus(String path) {
        assertProblem(node.get("/v1/logs/edges/" + path), 400, "bad-request");
    }

    /** What is malformed in a list of wishes is passed over; the rest of it counts. */
    @ParameterizedTest
    @CsvSource({
        "Accept, '; ;', application/x-ndjson",
        "Accept, ';;,application/json;q=x', application/json",
        "Accept-Encoding, ';;,,gzip;q', application/x-ndjson"
    })
    void aMalformedWishIsPassedOver(String header, String value, String contentType) {
        var run = node.get("/v1/logs/edges/shards/0/records", header, value);

        assertThat(run.statusCode()).as(text(run)).isEqualTo(200);
        assertThat(run.headers().firstValue("Content-Type")).contains(contentType);
    }

    @Test
    void aCursorIsNotCommittedBeyondWhatThereIs() {
        assertProblem(node.put("/v1/logs/edges/cursors/far", "{\"addresses\":[\"0:2000\"]}"), 404, "no-such-record");
    }

    /** The decoder of HTTP looks some of these up in a table that has no place for them. */
    @ParameterizedTest
    @ValueSource(strings = {"\u00e0", "zz", "-1", "\u00ff\u00ff", "99999999999999999999"})
    void aChunkWhoseLengthIsNoneIsABadRequest(String length) throws IOException {
        var url = URI.create(node.url());
        try (var socket = new Socket(url.getHost(), url.getPort())) {
            socket.setSoTimeout(20_000);
            var request = "POST /v1/logs/edges/records HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n" + length + "\r\n{\"value\":1}\r\n0\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));

            var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);

            assertThat(answer).startsWith("HTTP/1.1 400").contains("/problems/bad-request");
        }
    }
}
