package io.forelog.loadgen.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LeadersTest {

    private static final URI A = URI.create("http://a:1");
    private static final URI B = URI.create("http://b:1");
    private static final String NODES =
            """
            {"nodes": [{"name": "n1", "http": "a:1"}, {"name": "n2", "http": "b:1"}, {"name": "n3", "http": "c:1"}]}""";
    private static final String SHARDS =
            """
            {"shards": [
              {"state": "SEALED", "leader": "n3", "range": {"from": "0000000000000000", "last": "ffffffffffffffff"}},
              {"state": "OPEN", "leader": "n1", "range": {"from": "0000000000000000", "last": "7fffffffffffffff"}},
              {"state": "OPEN", "leader": "n2", "range": {"from": "8000000000000000", "last": "bfffffffffffffff"}},
              {"state": "OPEN", "leader": "n2", "range": {"from": "c000000000000000", "last": "ffffffffffffffff"}}]}""";

    private final Map<String, String> documents = new HashMap<>(
            Map.of("/v1/logs/l", "{\"keyDelimiter\": \"/\"}", "/v1/logs/l/shards", SHARDS, "/v1/nodes", NODES));
    private final List<String> asked = new ArrayList<>();
    private long now;
    private final Leaders leaders = new Leaders(List.of(A, B), this::get, () -> now);

    private Future<JsonNode> get(String path) {
        asked.add(path);
        var document = documents.get(path);
        return document == null
                ? Future.failedFuture("no " + path)
                : Future.succeededFuture(Json.parse(document));
    }

    /** By the reference implementation, xxh64 of "a" is d24ec4f1a98c6e5b. */
    @Test
    void appendsGoToTheLeaderOfTheirKeysShard() {
        assertThat(leaders.of("l", "a/1")).as("nothing is known yet").isNull();

        assertThat(leaders.of("l", "a/1")).isEqualTo(B);
        assertThat(leaders.of("l", "a/2")).isEqualTo(B);
        assertThat(leaders.of("l", null)).as("leads two of three").isEqualTo(B);
        assertThat(asked).hasSize(3);
    }

    @Test
    void theMapIsAskedForAgainWhenItIsOld() {
        leaders.of("l", "a");
        documents.put("/v1/logs/l/shards", SHARDS.replace("n2", "n1"));
        assertThat(leaders.of("l", "a")).isEqualTo(B);

        now += Duration.ofSeconds(3).toNanos();
        assertThat(leaders.of("l", "a")).as("who asks goes by what was known").isEqualTo(B);

        assertThat(leaders.of("l", "a")).isEqualTo(A);
        assertThat(asked).hasSize(6);
    }

    @Test
    void whatIsNoEndpointOrNotAnsweredGoesAnywhere() {
        documents.put("/v1/logs/l/shards", SHARDS.replace("n2", "n3"));
        leaders.of("l", "a");
        assertThat(leaders.of("l", "a")).isNull();
        assertThat(leaders.of("l", null)).isEqualTo(A);

        leaders.of("other", "a");
        assertThat(leaders.of("other", "a")).isNull();
        assertThat(asked).hasSize(6);
    }

    @Test
    void aClientOfOneNodeAsksNothing() {
        assertThat(new Leaders(List.of(A), this::get, () -> now).of("l", "a")).isNull();
        assertThat(asked).isEmpty();
    }
}
