package io.forelog.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Many readers at a node that does not have what they want, of a node that has. */
class ColdRecordTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final int READERS = 1_000;
    /** Each of them one connection: as many streams as a node lets a caller have would be too many for one. */
    private static final int CLIENTS = 4;

    @TempDir
    private Path directory;

    private final List<HttpClient> clients = new ArrayList<>();

    @Test
    void aThousandReadersOfOneColdRecordCostItsOwnerOneRead() throws Exception {
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(HttpClient.newHttpClient());
        }
        try (var cluster = ClusterProcess.start(directory, "--nodes", "2", "--regions", "east,west")) {
            var any = cluster.children().get("n1").url();
            assertThat(call("PUT", any + "/v1/logs/cold", "{\"shards\":1,\"replicas\":1}")
                            .statusCode())
                    .isEqualTo(201);
            await().atMost(SOON)
                    .untilAsserted(() -> assertThat(call("POST", any + "/v1/logs/cold/records", "{\"value\":\"once\"}")
                                    .statusCode())
                            .isEqualTo(201));
            var owner = JSON.readTree(
                            call("GET", any + "/v1/logs/cold/shards", "").body())
                    .get("shards")
                    .get(0)
                    .get("leader")
                    .textValue();
            var asked = cluster.children().get(owner.equals("n1") ? "n2" : "n1").url();
            for (var client : clients) {
                client.send(request("GET", asked + "/health/ready", ""), BodyHandlers.discarding());
            }
            double before = reads(cluster.children().get(owner).url());

            var answers = new ArrayList<CompletableFuture<HttpResponse<String>>>(READERS);
            for (int i = 0; i < READERS; i++) {
                answers.add(clients.get(i % CLIENTS)
                        .sendAsync(
                                request("GET", asked + "/v1/logs/cold/shards/0/records/0", ""),
                                BodyHandlers.ofString()));
            }

            assertThat(answers).allSatisfy(answer -> {
                assertThat(answer.join().statusCode()).isEqualTo(200);
                assertThat(answer.join().body()).isEqualTo("\"once\"");
            });
            assertThat(reads(cluster.children().get(owner).url()) - before)
                    .as("reads that the owner counts")
                    .isEqualTo(1);
            assertThat(JSON.readTree(call("GET", asked + "/v1/caches", "").body())
                            .get("owner")
                            .get("reads")
                            .longValue())
                    .as("reads that the coordinator asked for")
                    .isEqualTo(1);
        } finally {
            clients.forEach(HttpClient::close);
        }
    }

    private double reads(String url) throws Exception {
        return call("GET", url + "/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("forelog_reads_total"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private HttpResponse<String> call(String method, String url, String body) throws Exception {
        return clients.getFirst().send(request(method, url, body), BodyHandlers.ofString());
    }

    private static HttpRequest request(String method, String url, String body) {
        return HttpRequest.newBuilder(URI.create(url))
                .timeout(SOON)
                .header("Content-Type", "application/json")
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
    }
}
