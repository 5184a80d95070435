package io.forelog.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.ports.LocalPorts;
import io.forelog.record.RecordAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How the client behaves towards servers that refuse, stay silent, or are not there. */
class ForelogClientTest {

    private static final NewRecord RECORD = new NewRecord("a key/ä", new byte[] {1, 2, 3});

    private static final int CALLS = 40;
    /** On a busy machine an answer takes its time. */
    private static final ClientOptions PATIENT = ClientOptions.DEFAULT
            .withConnectionsMax(4)
            .withAnswerTimeout(Duration.ofSeconds(30))
            .withRetryFor(Duration.ofMinutes(1))
            .withBackOff(Duration.ofMillis(5), Duration.ofMillis(50));

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger requests = new AtomicInteger();
    private final Queue<HttpServerRequest> silent = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private interface Answer {
        void give(HttpServerRequest request, int attempt);
    }

    private ForelogClient client(Answer answer) {
        return client(serve(0, answer).actualPort());
    }

    private HttpServer serve(int port, Answer answer) {
        return vertx.createHttpServer()
                .requestHandler(request -> {
                    int attempt = requests.incrementAndGet();
                    request.body().onSuccess(body -> answer.give(request, attempt));
                })
                .listen(port, "127.0.0.1")
                .await();
    }

    private ForelogClient client(int port) {
        return client(port, PATIENT);
    }

    private ForelogClient client(int port, ClientOptions options) {
        return new ForelogClient(vertx, List.of(URI.create("http://127.0.0.1:" + port)), options);
    }

    private static Future<Void> problem(HttpServerRequest request, int status, String slug, boolean retryable) {
        return request.response()
                .setStatusCode(status)
                .putHeader("Content-Type", "application/problem+json")
                .end("{\"type\":\"/problems/" + slug + "\",\"title\":\"T\",\"status\":" + status
                        + ",\"detail\":\"because\",\"retryable\":" + retryable + "}");
    }

    private static void created(HttpServerRequest request) {
        request.response().setStatusCode(201).end("{\"records\":[{\"shard\":3,\"offset\":1201}]}");
    }

    private static Future<List<RecordAddress>> append(ForelogClient client) {
        return client.append("orders", List.of(RECORD), AppendFormat.RAW, AppendOptions.DEFAULT);
    }

    @Test
    void aRefusalThatSaysSoIsTriedAgainUntilItSucceeds() {
        var client = client((request, attempt) -> {
            if (attempt < 4) {
                problem(request, 429, "overloaded", true);
            } else {
                created(request);
            }
        });

        assertThat(append(client).await()).containsExactly(new RecordAddress(3, 1201));
        assertThat(client.retries()).isEqualTo(3);
    }

    @Test
    void callsUnderWayAtATimeShareOneConnectionByHttp2() {
        var waiting = new ConcurrentLinkedQueue<HttpServerRequest>();
        var connections = ConcurrentHashMap.newKeySet();
        int port = serve(0, (request, attempt) -> {
                    connections.add(request.connection());
                    waiting.add(request);
                    if (attempt == CALLS) {
                        waiting.forEach(ForelogClientTest::created);
                    }
                })
                .actualPort();
        try (var client = client(port, PATIENT.withConnectionsMax(1).withMultiplexing())) {
            var appends = IntStream.range(0, CALLS).mapToObj(i -> append(client)).toList();

            assertThat(Future.all(appends).await().<List<RecordAddress>>list())
                    .hasSize(CALLS)
                    .containsOnly(List.of(new RecordAddress(3, 1201)));
        }
        assertThat(connections).hasSize(1);
        assertThat(waiting).allMatch(request -> request.version() == HttpVersion.HTTP_2);
    }

    @Test
    void aRefusalForGoodIsNotTriedAgainAndCarriesTheProblem() {
        var client = client((request, attempt) -> problem(request, 413, "record-too-large", false));

        assertThatThrownBy(() -> append(client).await()).isInstanceOfSatisfying(RefusedException.class, refused -> {
            assertThat(refused.problem().status()).isEqualTo(413);
            assertThat(refused.slug()).isEqualTo("record-too-large");
            assertThat(refused.problem().detail()).isEqualTo("because");
            assertThat(refused.problem().appendMayHaveHappened()).isFalse();
        });
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAppendThatMayHaveHappenedIsNotSentAgain() {
        var client = client((request, attempt) -> problem(request, 504, "commit-unknown", true));

        assertThatThrownBy(() -> append(client).await()).isInstanceOf(RefusedException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void anAppendWithAProducersNumberMayBeSentAgain() {
        var client = client((request, attempt) -> {
            if (attempt == 1) {
                problem(request, 504, "commit-unknown", true);
            } else {
                created(request);
            }
        });
        var options = new AppendOptions("quorum", new AppendOptions.Producer(7, 0, 12));

        assertThat(client.append("orders", List.of(RECORD), AppendFormat.RAW, options)
                        .await())
                .hasSize(1);
        assertThat(requests).hasValue(2);
    }

    @Test
    void anAppendWithoutAnAnswerHasAnUnknownOutcomeAndIsNotSentAgain() {
        int port = serve(0, (request, attempt) -> silent.add(request)).actualPort();
        var client = client(port, PATIENT.withAnswerTimeout(Duration.ofSeconds(2)));

        assertThatThrownBy(() -> append(client).await()).isInstanceOf(OutcomeUnknownException.class);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aReadWhoseConnectionBreaksIsSentAgain() {
        var client = client((request, attempt) -> {
            if (attempt == 1) {
                request.connection().close();
            } else {
                request.response()
                        .putHeader("ETag", "\"0:1\"")
                        .putHeader("Cache-Status", "forelog; fwd=miss")
                        .end("v");
            }
        });

        var answer = client.read("orders", new RecordAddress(0, 1)).await();

        assertThat(answer.value().toString()).isEqualTo("v");
        assertThat(answer.answeredBy()).isEqualTo(AnsweredBy.SHARD);
        assertThat(answer.etag()).isEqualTo("\"0:1\"");
    }

    @Test
    void aServerThatComesBackIsFoundAgain() throws IOException {
        int port = LocalPorts.free();
        var client = client(port);
        var appended = append(client);
        await().atMost(PATIENT.retryFor())
                .untilAsserted(() -> assertThat(client.retries()).isPositive());

        serve(port, (request, attempt) -> created(request));

        assertThat(appended.await()).hasSize(1);
    }

    @Test
    void ofSeveralNodesOneThatIsStartingIsLeftAloneAndNotWaitedFor() {
        var starting = new AtomicInteger();
        int first = serve(0, (request, attempt) -> {
                    if (request.method() == HttpMethod.POST) {
                        starting.incrementAndGet();
                    }
                    request.response().putHeader("Retry-After", "600");
                    problem(request, 503, "starting", true);
                })
                .actualPort();
        int second = serve(0, (request, attempt) -> created(request)).actualPort();
        var endpoints = Stream.of(first, second)
                .map(port -> URI.create("http://127.0.0.1:" + port))
                .toList();
        try (var client = new ForelogClient(vertx, endpoints, PATIENT)) {
            for (int i = 0; i < 4; i++) {
                assertThat(append(client).await()).hasSize(1);
            }
        }
        assertThat(starting).hasValueLessThanOrEqualTo(1);
    }

    @Test
    void aServerThatStaysAwayIsGivenUpAsNotSent() throws IOException {
        int port = LocalPorts.free();
        var client = client(port, PATIENT.withRetryFor(Duration.ofMillis(100)));

        assertThatThrownBy(() -> append(client).await()).isInstanceOf(NotSentException.class);
    }

    @Test
    void aKeyIsPercentEncodedInTheAddress() {
        var client = client((request, attempt) -> {
            if ("/v1/logs/orders/records?ack=all&key=a%20key%2F%C3%A4".equals(request.uri())) {
                created(request);
            } else {
                problem(request, 400, "bad-request", false);
            }
        });
        var options = new AppendOptions("all", null);

        assertThat(client.append("orders", List.of(RECORD), AppendFormat.RAW, options)
                        .await())
                .hasSize(1);
    }

    @Test
    void anAnswerWithTooFewAddressesIsMalformed() {
        var client = client((request, attempt) -> created(request));

        assertThatThrownBy(() -> client.append(
                                "orders", List.of(RECORD, RECORD), AppendFormat.NDJSON, AppendOptions.DEFAULT)
                        .await())
                .isInstanceOf(MalformedAnswerException.class)
                .hasMessageContaining("2 records");
    }

    @Test
    void aProxysErrorPageIsAProblemToo() {
        var client = client(
                (request, attempt) -> request.response().setStatusCode(403).end("<html>no</html>"));

        assertThatThrownBy(() -> client.log("orders").await())
                .isInstanceOfSatisfying(RefusedException.class, refused -> assertThat(refused.slug())
                        .isEqualTo("http-403"));
    }
}
