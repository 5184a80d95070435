package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.ClientState.SavedCursor;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.CommitCursor;
import io.forelog.metadata.MetadataCommand.DropCursor;
import io.forelog.metadata.MetadataStore;
import io.forelog.server.http.RunWriter.Form;
import io.forelog.server.tail.Frontier;
import io.forelog.server.tail.Position;
import io.forelog.server.tail.ShardFeed;
import io.forelog.server.tail.Tails;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Named readers over whole logs. What a reader is given says where it is then, in {@code Next-Cursor}; what it sends
 * back of that is where it, or another under the same name, reads on from.
 */
final class CursorApi {

    private static final int LIMIT_DEFAULT = 1000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

    /** What a position may be called in the body: as the header that told it, as the member that did, or as what it is. */
    private static final List<String> POSITION_NAMES = List.of("position", "next", "cursor");

    private final MetadataStore metadata;
    private final Tails tails;
    private final ShardFeed feed;
    private final Vertx vertx;
    private final Clock clock;

    CursorApi(MetadataStore metadata, Tails tails, ShardFeed feed, Vertx vertx, Clock clock) {
        this.metadata = metadata;
        this.tails = tails;
        this.feed = feed;
        this.vertx = vertx;
        this.clock = clock;
    }

    void register(Routes routes) {
        routes.get("/v1/logs/{log}/cursors", this::list);
        routes.get("/v1/logs/{log}/cursors/{name}", this::show);
        routes.put("/v1/logs/{log}/cursors/{name}", this::commit);
        routes.add(HttpMethod.DELETE, "/v1/logs/{log}/cursors/{name}", this::drop);
        routes.get("/v1/logs/{log}/cursors/{name}/records", this::read);
    }

    private void list(Call call) {
        var log = metadata.state().log(call.log());
        var document = Call.JSON.createObjectNode();
        var cursors = document.putArray("cursors");
        new TreeMap<>(metadata.state().clients().cursors()).forEach((name, saved) -> {
            if (name.log() == log.incarnation()) {
                cursors.add(json(log, name.name(), saved));
            }
        });
        call.json(200, document);
    }

    private void show(Call call) {
        var log = metadata.state().log(call.log());
        var saved = metadata.state().clients().cursor(log.incarnation(), name(call));
        if (saved == null) {
            throw new ProblemException(Problem.of(
                    404, "no-such-cursor", "There is no such cursor", "nothing was committed under the name '" + name(call) + "'"));
        }
        call.json(200, json(log, name(call), saved));
    }

    private void commit(Call call) {
        var log = metadata.state().log(call.log());
        var name = name(call);
        var body = call.jsonBody();
        var frontier = tails.frontier(log, null, null);
        var known = metadata.state().clients().cursor(log.incarnation(), name);
        call.on(
                wanted(body, log, frontier, known).thenCompose(position -> {
                    var saved = new SavedCursor(position.toString(), clock.millis());
                    return metadata.submit(new CommitCursor(log.name(), name, saved)).thenApply(state -> saved);
                }),
                saved -> call.json(known == null ? 201 : 200, json(log, name, saved)));
    }

    private static CompletionStage<Position> wanted(JsonNode body, Log log, Frontier frontier, @Nullable SavedCursor known) {
        String position = null;
        for (var member : body.properties()) {
            if (!POSITION_NAMES.contains(member.getKey()) && !member.getKey().equals("from")
                    || !member.getValue().isTextual()
                    || position != null) {
                throw ProblemException.badRequest("send {\"position\":\"…\"} with what Next-Cursor said, or {\"from\":\"earliest\"},"
                        + " \"latest\" or \"time:…\", not " + body);
            }
            position = member.getValue().textValue();
        }
        if (body.has("from")) {
            return TailApi.from(body.get("from").textValue(), log, frontier, -1);
        }
        if (position == null) {
            return CompletableFuture.completedStage(known == null ? Position.begin(log) : Position.parse(known.position(), log));
        }
        var parsed = Position.parse(position, log);
        // One that is deleted by now is committed all the same: the reader's next read says so.
        return frontier.learn(parsed, new HashSet<>()).thenApply(learned -> parsed);
    }

    private void drop(Call call) {
        var log = metadata.state().log(call.log());
        call.on(metadata.submit(new DropCursor(log.name(), name(call))), state -> call.end(204));
    }

    private void read(Call call) {
        var log = metadata.state().log(call.log());
        var name = name(call);
        int limit = (int) call.query("limit", LIMIT_DEFAULT, 1, RunApi.LIMIT_MAX);
        var wait = RunApi.duration(call.query("wait", "PT0S"));
        var form = Form.acceptedOfRecords(call.header(HttpHeaders.ACCEPT));
        var coding = call.coding();
        var start = start(call, log, name);
        var run = new CursorRun(tails.frontier(log, null, null), feed, limit, ANSWER_BYTES_MAX, start);
        call.on(
                run.waited(call, vertx, wait)
                        .thenCompose(come -> run.read())
                        .thenApply(records -> {
                            var writer = new RunWriter(form);
                            records.forEach(record -> writer.add(record.address(), record.record()));
                            return coding.encode(writer.end(run.position().toString()));
                        })
                        .exceptionallyCompose(failure -> CompletableFuture.failedStage(withWayOn(failure, run))),
                answer -> {
                    call.response()
                            .putHeader("Next-Cursor", run.position().toString())
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    call.end(200, form.mediaType(), answer);
                });
    }

    /** A reader whose records were deleted is told so once, with where it may go on if it accepts that. */
    private static Throwable withWayOn(Throwable failure, CursorRun run) {
        var cause = failure.getCause() == null ? failure : failure.getCause();
        if (!(cause instanceof RecordExpiredException expired)) {
            return failure;
        }
        return new ProblemException(
                Problems.of(expired).with("next", Call.JSON.getNodeFactory().textNode(run.afterExpired().toString())));
    }

    private Position start(Call call, Log log, String name) {
        var given = call.query("cursor");
        if (given != null) {
            return Position.parse(given, log);
        }
        var saved = metadata.state().clients().cursor(log.incarnation(), name);
        return saved == null ? Position.begin(log) : Position.parse(saved.position(), log);
    }

    private static String name(Call call) {
        var name = Percent.decodeText(call.rawParameter(1));
        if (!NAME.matcher(name).matches()) {
            throw ProblemException.badRequest("a cursor's name is " + NAME.pattern() + ", not '" + name + "'");
        }
        return name;
    }

    private static ObjectNode json(Log log, String name, SavedCursor saved) {
        var document = Call.JSON
                .createObjectNode()
                .put("name", name)
                .put("log", log.name())
                .put("position", saved.position())
                .put("committedAt", Instant.ofEpochMilli(saved.committedAt()).toString());
        var addresses = document.putArray("addresses");
        Position.parse(saved.position(), log).addresses().forEach(addresses::add);
        return document;
    }
}
