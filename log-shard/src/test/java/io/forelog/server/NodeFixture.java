package io.forelog.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.server.config.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * A whole node in this process, without the shared caches unless a setting asks for them, and verbs to call it by
 * HTTP. Closing it fails if an event loop was blocked while the machine itself was not.
 */
public final class NodeFixture implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern BLOCKED = Pattern.compile("has been blocked for (\\d+) ms");

    /** A thread of a machine that others use too waits this long for its turn, now and then. */
    private static final long BLOCKED_MILLIS_MAX = 400;

    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, String> settings = new LinkedHashMap<>();
    private final ListAppender<ILoggingEvent> blocked = new ListAppender<>();
    private final Logger checker = (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    private final Hiccups hiccups = new Hiccups();
    private Node node;

    /** Starts a node on {@code data}. */
    public static NodeFixture start(Path data, String... settings) throws IOException {
        var fixture = new NodeFixture(data, settings);
        fixture.restart();
        return fixture;
    }

    private NodeFixture(Path data, String... pairs) throws IOException {
        settings.put("data", data.toString());
        settings.put("http.port", "0");
        settings.put("cache.regional.enabled", "false");
        settings.put("cache.global.address", "off");
        // It would come in the middle of a test, with the end of a minute.
        settings.put("control.records", "false");
        for (var pair : pairs) {
            settings.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
        }
        node = new Node(Config.of(null, Map.of(), settings));
    }

    /** Changes a setting from the next start on. */
    public void set(String key, String value) {
        settings.put(key, value);
    }

    /** Ends the node; {@link #restart} starts it again. */
    public void stop() {
        node.close();
    }

    /** Ends the node, if it runs, and starts it again on the same data. */
    public void restart() throws IOException {
        node.close();
        node = new Node(Config.of(null, Map.of(), settings));
        node.start();
        // The first calls load classes for longer than a loop may be blocked; nobody has been served by then.
        for (int i = 0; i < 3; i++) {
            get("/health/live");
            get("/v1/logs");
        }
        blocked.list.clear();
        blocked.start();
        checker.addAppender(blocked);
    }

    public String url() {
        return node.url();
    }

    public HttpResponse<byte[]> get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    public HttpResponse<byte[]> put(String path, String body, String... headers) {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    /** Appends one JSON body. */
    public HttpResponse<byte[]> append(String log, String json, String... headers) {
        var all = new ArrayList<>(List.of("Content-Type", "application/json"));
        all.addAll(List.of(headers));
        return send(
                "POST",
                "/v1/logs/" + log + "/records",
                json.getBytes(StandardCharsets.UTF_8),
                all.toArray(String[]::new));
    }

    /** @param headers names and values by turns */
    public HttpResponse<byte[]> send(String method, String path, byte @Nullable [] body, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url() + path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public static JsonNode json(HttpResponse<byte[]> response) {
        try {
            return JSON.readTree(response.body());
        } catch (IOException e) {
            throw new AssertionError("not JSON: " + text(response), e);
        }
    }

    public static String text(HttpResponse<byte[]> response) {
        return new String(response.body(), StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        checker.detachAppender(blocked);
        client.close();
        node.close();
        long stall = hiccups.close();
        var tooLong = blocked.list.stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(message -> millis(message) > BLOCKED_MILLIS_MAX)
                .toList();
        // A machine that stands still stops every thread: then the checker's word proves nothing.
        if (!tooLong.isEmpty() && stall < 50) {
            throw new AssertionError("an event loop was blocked: " + tooLong);
        }
    }

    private static long millis(String message) {
        var time = BLOCKED.matcher(message);
        return time.find() ? Long.parseLong(time.group(1)) : Long.MAX_VALUE;
    }
}
