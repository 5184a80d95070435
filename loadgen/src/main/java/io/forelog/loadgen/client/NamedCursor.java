package io.forelog.loadgen.client;

import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A reader of a whole log under a name that the cluster keeps. Reading commits nothing: {@link #commit} does, once what
 * was read is dealt with; until then whoever opens the cursor begins after what was committed last.
 *
 * <p>Each key's records come in the order appended, also where shards were split or merged. One reader at a time: a
 * call follows when the one before it is answered.
 *
 * <p>A commit whose answer was lost may still be under way when the next one is made. So each says what it follows, and
 * the server does nothing for one that comes too late; if another reader has committed under the name since this one
 * began, committing fails with {@code cursor-moved}.
 */
public final class NamedCursor {

    /** What a cursor's position is called while nothing is committed. */
    private static final String NOTHING = "";

    private final HttpTransport transport;
    private final String path;
    /** What may be committed now, as far as this reader knows: more than one if an answer was lost. */
    private final Set<String> committed = new LinkedHashSet<>();

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
        return begun().compose(begun -> {
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
        });
    }

    /** Learns what is committed, where reading begins. */
    private Future<Void> begun() {
        if (!committed.isEmpty()) {
            return Future.succeededFuture();
        }
        return transport
                .send(HttpCall.get(path, Map.of("Accept", "application/json")))
                .map(NamedCursor::positionIn)
                .recover(failure -> failure instanceof RefusedException refused
                                && refused.slug().equals("no-such-cursor")
                        ? Future.succeededFuture(NOTHING)
                        : Future.failedFuture(failure))
                .map(found -> {
                    committed.add(found);
                    position = found.isEmpty() ? null : found;
                    return null;
                });
    }

    /** Commits all that was read so far; does nothing if nothing was. */
    public Future<Void> commit() {
        var wanted = position;
        if (wanted == null) {
            return Future.succeededFuture();
        }
        var body = Json.MAPPER.createObjectNode().put("position", wanted);
        committed.forEach(body.putArray("after")::add);
        // Until the answer says so it may be committed or not.
        committed.add(wanted);
        return transport
                .send(HttpCall.send(HttpMethod.PUT, path, "application/json", Json.encode(body), true))
                .map(answer -> {
                    committed.clear();
                    committed.add(positionIn(answer));
                    return null;
                });
    }

    /** Returns where the reader is, as the server said; null before the first read. */
    public @Nullable String position() {
        return position;
    }

    private static String positionIn(HttpAnswer answer) {
        return Json.parse(answer).path("position").asText();
    }
}
