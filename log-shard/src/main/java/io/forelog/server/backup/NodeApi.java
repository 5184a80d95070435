package io.forelog.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.forelog.record.RecordBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The calls of a node's API that a backup makes. Every one may be made again, and is, for a while, when the node cannot
 * answer it at present; but whoever has never answered is taken for the wrong one. For one thread.
 */
public final class NodeApi implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String BATCH = "application/vnd.forelog.batch";
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final Duration RETRY_FOR = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);
    private static final Set<Integer> FOR_NOW = Set.of(429, 503, 504, 507);
    private static final int RUN_BYTES = 4 << 20;

    private final HttpClient http;
    private final String url;
    private final @Nullable String key;
    private boolean wasAnswered;

    /**
     * @param http closed with this
     * @param key an API key; null for none
     */
    public NodeApi(HttpClient http, String url, @Nullable String key) {
        this.http = http;
        this.url = url;
        this.key = key;
    }

    /** @throws IllegalStateException with what the node said if it refuses */
    JsonNode get(String path) {
        return document(exchange("GET", path, null));
    }

    /** Returns the document, or a missing one if there is no such thing. */
    JsonNode find(String path) {
        var answer = exchange("GET", path, null);
        return answer.statusCode() == 404 ? MissingNode.getInstance() : document(answer);
    }

    /** @throws IllegalStateException with what the node said if it refuses */
    JsonNode send(String method, String path, JsonNode body) {
        return document(exchange(
                method, path, body.toString().getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json"));
    }

    /**
     * Returns stored batches from an offset on, in order; none if nothing is there yet.
     *
     * @throws ExpiredException if the offset is below what is kept
     */
    List<RecordBatch> run(String log, int shard, long from) {
        var path = "/v1/logs/" + log + "/shards/" + shard + "/records?from=" + from + "&limit=10000&bytes=" + RUN_BYTES;
        var answer = exchange("GET", path, null, "Accept", BATCH);
        if (answer.statusCode() == 410) {
            throw new ExpiredException(parsed(answer).path("startOffset").asLong());
        }
        if (answer.statusCode() != 200) {
            document(answer);
        }
        return RecordBatch.parseAll(ByteBuffer.wrap(answer.body()));
    }

    /**
     * Appends a batch at an offset of a shard; if it is there already that is as good.
     *
     * @param begins whether the shard, which is empty, begins there
     * @throws IllegalStateException with what the node said if the shard does not end there, or it refuses otherwise
     */
    void append(String log, int shard, long offset, boolean begins, RecordBatch batch) {
        var bytes = new byte[batch.sizeBytes()];
        batch.buffer().get(batch.buffer().position(), bytes);
        var path = "/v1/logs/" + log + "/shards/" + shard + "/records?summary=true&begin=" + begins;
        var answer =
                exchange("POST", path, bytes, "Content-Type", BATCH, "If-Match", "\"" + shard + ":" + offset + "\"");
        if (answer.statusCode() == 412 && parsed(answer).path("nextOffset").asLong(-1) == offset + batch.count()) {
            // The same append, sent before, of which no answer came.
            return;
        }
        document(answer);
    }

    /** Retention has deleted what was asked for. */
    static final class ExpiredException extends IllegalStateException {

        private static final long serialVersionUID = 1;

        private final long startOffset;

        ExpiredException(long startOffset) {
            super("what is kept begins at offset " + startOffset);
            this.startOffset = startOffset;
        }

        long startOffset() {
            return startOffset;
        }
    }

    private HttpResponse<byte[]> exchange(String method, String path, byte @Nullable [] body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .timeout(ANSWER_MAX)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        long deadline = System.nanoTime() + RETRY_FOR.toNanos();
        try {
            while (true) {
                try {
                    var answer = http.send(request.build(), BodyHandlers.ofByteArray());
                    wasAnswered = true;
                    if (!FOR_NOW.contains(answer.statusCode()) || System.nanoTime() > deadline) {
                        return answer;
                    }
                } catch (IOException e) {
                    if (!wasAnswered || System.nanoTime() > deadline) {
                        var why = e instanceof ConnectException ? "no server answers there" : e.toString();
                        throw new UncheckedIOException("no answer from " + url + ": " + why, e);
                    }
                }
                TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode document(HttpResponse<byte[]> answer) {
        var document = parsed(answer);
        if (answer.statusCode() >= 300) {
            throw new IllegalStateException(answer.request().uri().getPath() + ": " + answer.statusCode() + " "
                    + document.path("title").asText() + ": "
                    + document.path("detail").asText());
        }
        return document;
    }

    private static JsonNode parsed(HttpResponse<byte[]> answer) {
        try {
            return answer.body().length == 0 ? MissingNode.getInstance() : JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException("an answer is not JSON: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
