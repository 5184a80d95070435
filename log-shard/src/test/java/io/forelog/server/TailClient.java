package io.forelog.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Reads server-sent events on a thread of its own until it is closed. */
final class TailClient implements AutoCloseable {

    /** @param id the last one that was sent until then */
    record Event(String type, @Nullable String id, String data) {}

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private final HttpResponse<java.io.InputStream> response;
    private volatile @Nullable String lastId;
    private volatile boolean ended;

    private TailClient(HttpResponse<java.io.InputStream> response) {
        this.response = response;
        Thread.ofVirtual().start(this::run);
    }

    static TailClient open(HttpClient client, String url, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new TailClient(client.send(request.build(), BodyHandlers.ofInputStream()));
    }

    int status() {
        return response.statusCode();
    }

    /** Returns the events that carried data. */
    List<Event> events() {
        return events;
    }

    List<String> comments() {
        return comments;
    }

    @Nullable
    String lastId() {
        return lastId;
    }

    boolean hasEnded() {
        return ended;
    }

    private void run() {
        try (var lines = new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
            var type = "message";
            var data = new ArrayList<String>();
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty()) {
                    if (!data.isEmpty()) {
                        events.add(new Event(type, lastId, String.join("\n", data)));
                    }
                    type = "message";
                    data.clear();
                } else if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data.add(line.substring(6));
                } else if (line.startsWith("event: ")) {
                    type = line.substring(7);
                } else if (line.startsWith(":")) {
                    comments.add(line);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            comments.add("cut off: " + e);
        }
        ended = true;
    }

    @Override
    public void close() {
        try {
            response.body().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
