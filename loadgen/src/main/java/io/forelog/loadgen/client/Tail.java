package io.forelog.loadgen.client;

import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.parsetools.RecordParser;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * A log that is followed by server-sent events. Goes on with another connection when one breaks, where it ended, until
 * it is closed or the server says that nothing more can come.
 */
public final class Tail implements AutoCloseable {

    /** Takes records, on the client's event loop: must not block. */
    @FunctionalInterface
    public interface Reader {
        void read(StoredRecord stored);
    }

    private static final int LINE_BYTES_MAX = 64 << 20;
    private static final long PAUSE_MIN_MILLIS = 50;
    private static final long PAUSE_MAX_MILLIS = 2_000;

    /** The server sends a comment every few seconds when there is nothing else to send. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(60);

    private final Vertx vertx;
    private final HttpTransport transport;
    private final String path;
    private final Reader reader;
    private final Promise<Void> ended = Promise.promise();
    private volatile @Nullable String lastId;
    private volatile boolean isClosed;
    private @Nullable HttpClientResponse answer;
    private String event = "";
    private String data = "";
    private int failures;

    Tail(Vertx vertx, HttpTransport transport, String log, TailOptions options, Reader reader) {
        this.vertx = vertx;
        this.transport = transport;
        this.path = Paths.log(log) + "/tail" + options.query();
        this.reader = reader;
        this.lastId = options.lastId();
        connect();
    }

    private void connect() {
        if (isClosed) {
            return;
        }
        var id = lastId;
        var headers = id == null ? Map.<String, String>of() : Map.of("Last-Event-ID", id);
        transport.stream(HttpCall.get(path, headers).withExtraTime(SILENCE_MAX))
                .onSuccess(this::opened)
                .onFailure(this::failed);
    }

    private void opened(HttpClientResponse opened) {
        if (isClosed) {
            opened.request().reset();
            return;
        }
        answer = opened;
        failures = 0;
        event = "";
        data = "";
        var lines = RecordParser.newDelimited("\n", line -> line(line.toString(StandardCharsets.UTF_8)));
        lines.maxRecordSize(LINE_BYTES_MAX);
        opened.handler(lines::handle)
                .exceptionHandler(this::failed)
                .endHandler(over -> failed(new IllegalStateException("the tail ended")));
    }

    private void line(String line) {
        if (line.startsWith("id: ")) {
            lastId = line.substring(4);
        } else if (line.startsWith("event: ")) {
            event = line.substring(7);
        } else if (line.startsWith("data: ")) {
            data = line.substring(6);
        } else if (line.isEmpty()) {
            dispatch();
        }
    }

    private void dispatch() {
        var kind = event;
        var content = data;
        event = "";
        data = "";
        if (content.isEmpty() || isClosed) {
            return;
        }
        switch (kind) {
            case "" ->
                RunDecoder.ndjson(content.getBytes(StandardCharsets.UTF_8)).forEach(reader::read);
            case "end" -> end(null);
            case "problem" -> refused(content);
            default -> {
                // "slow" and what may come to be said: the connection is closed next, and opened again.
            }
        }
    }

    private void refused(String document) {
        var problem = Problem.of(Json.parse(document));
        if (!problem.retryable()) {
            end(new RefusedException(problem));
        }
    }

    /** One that cannot be opened or has broken is tried again, but for what will be refused again. */
    private void failed(Throwable failure) {
        if (isClosed) {
            return;
        }
        if (failure instanceof RefusedException refused && !refused.problem().retryable()) {
            end(failure);
            return;
        }
        long most = Math.min(PAUSE_MAX_MILLIS, PAUSE_MIN_MILLIS << Math.min(failures++, 10));
        vertx.setTimer(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1), timer -> connect());
    }

    private void end(@Nullable Throwable failure) {
        isClosed = true;
        var last = answer;
        if (last != null) {
            last.request().reset();
        }
        if (failure == null) {
            ended.tryComplete();
        } else {
            ended.tryFail(failure);
        }
    }

    /** Returns where the reader is: what to give to {@link TailOptions#after} to go on from here. */
    public @Nullable String lastId() {
        return lastId;
    }

    /** Completes when nothing more can come, and fails if the server refuses to go on. */
    public Future<Void> ended() {
        return ended.future();
    }

    @Override
    public void close() {
        end(null);
    }
}
