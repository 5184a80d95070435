package io.forelog.loadgen.client;

import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a whole log under a name that the cluster keeps. Reading commits nothing: {@link #commit} does, once what
 * was read is dealt with; until then whoever opens the cursor begins after what was committed last.
 *
 * <p>Each key's records come in the order appended, also where shards were split or merged. One reader at a time: a
 * call follows when the one before it is answered.
 */
public final class NamedCursor {

    private final HttpTransport transport;
    private final String path;
    private @Nullable String position;

    NamedCursor(HttpTransport transport, String log, String name) {
        this.transport = transport;
        this.path = Paths.log(log) + "/cursors/" + Paths.encode(name);
    }

    /**
     * Reads on.
     *
     * @param limit records at most
     * @param wait how long to wait if there is none; zero not to
     */
    public Future<List<StoredRecord>> read(int limit, Duration wait) {
        var query = "?limit=" + limit
                + (wait.isZero() ? "" : "&wait=" + wait)
                + (position == null ? "" : "&cursor=" + position);
        var call = HttpCall.get(path + "/records" + query, Map.of("Accept", "application/x-ndjson"))
                .withExtraTime(wait);
        return transport.send(call).map(answer -> {
            var records = RunDecoder.ndjson(answer.body().getBytes());
            position = answer.headers().get("Next-Cursor");
            return records;
        });
    }

    /** Commits all that was read so far; does nothing if nothing was. */
    public Future<Void> commit() {
        if (position == null) {
            return Future.succeededFuture();
        }
        var body = Json.MAPPER.createObjectNode().put("position", position);
        return transport
                .send(HttpCall.send(HttpMethod.PUT, path, "application/json", Json.encode(body), true))
                .mapEmpty();
    }

    /** Returns where the reader is, as the server said; null before the first read. */
    public @Nullable String position() {
        return position;
    }
}
