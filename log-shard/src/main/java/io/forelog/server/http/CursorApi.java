package io.forelog.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.forelog.error.NoSuchShardException;
import io.forelog.error.RecordExpiredException;
import io.forelog.metadata.ClientState.SavedCursor;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.Log;
import io.forelog.metadata.MetadataCommand.CommitCursor;
import io.forelog.metadata.MetadataCommand.DropCursor;
import io.forelog.metadata.MetadataCommand.UpdateLog;
import io.forelog.metadata.MetadataStore;
import io.forelog.record.RecordAddress;
import io.forelog.server.http.ContentCoding.Encoded;
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
import java.util.ArrayList;
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

    /**
     * What a position may be called in the body: as the header that told it, as the member that did, or as what it
     * is.
     */
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
        var name = name(call);
        call.on(newest(call), state -> {
            var log = state.log(call.log());
            var saved = state.clients().cursor(log.incarnation(), name);
            if (saved == null) {
                throw new ProblemException(Problem.of(
                        404,
                        "no-such-cursor",
                        "There is no such cursor",
                        "nothing was committed under the name '" + name + "'"));
            }
            call.json(200, json(log, name, saved));
        });
    }

    /**
     * Returns the cluster's state as it is now, not as this node has heard so far: what one node acknowledged as
     * committed is where another reads on. An entry that changes nothing orders it after all that came before.
     * Completes on the call's context.
     */
    private CompletableFuture<ClusterState> newest(Call call) {
        var log = metadata.state().log(call.log());
        var here = new CompletableFuture<ClusterState>();
        metadata.submit(new UpdateLog(log.name(), log.settings(), log.settings()))
                .whenComplete((state, failure) -> call.context().runOnContext(ignored -> {
                    if (failure == null) {
                        here.complete(state);
                    } else {
                        here.completeExceptionally(failure);
                    }
                }));
        return here;
    }

    private void commit(Call call) {
        var name = name(call);
        var body = (ObjectNode) call.jsonBody();
        var follows = body.remove("after");
        call.on(
                newest(call).thenCompose(state -> {
                    var log = state.log(call.log());
                    var known = state.clients().cursor(log.incarnation(), name);
                    var after = after(follows, log);
                    return wanted(body, log, tails.frontier(log, null, null), known)
                            .thenCompose(position -> commit(log, name, position, after))
                            .thenApply(saved -> new Committed(log, saved, known == null));
                }),
                done -> call.json(done.isNew() ? 201 : 200, json(done.log(), name, done.saved())));
    }

    private record Committed(Log log, SavedCursor saved, boolean isNew) {}

    /**
     * Commits a position, unless something else is committed by now than what it should follow. A call that its caller
     * gave up may still be under way when a later one is answered.
     */
    private CompletableFuture<SavedCursor> commit(Log log, String name, Position position, List<String> after) {
        var saved = new SavedCursor(position.toString(), clock.millis());
        return metadata.submit(new CommitCursor(log.name(), name, saved, after)).thenApply(state -> {
            if (after.isEmpty()) {
                return saved;
            }
            var known = state.clients().cursor(log.incarnation(), name);
            if (known == null || !known.position().equals(saved.position())) {
                throw new ProblemException(Problem.of(
                                412,
                                "cursor-moved",
                                "Something else was committed",
                                "under the name '" + name + "' " + (known == null ? "nothing" : "another position")
                                        + " is committed, none of those that this should follow; read on from what is")
                        .with("position", Call.JSON.getNodeFactory().textNode(known == null ? "" : known.position())));
            }
            return known;
        });
    }

    /** Returns the positions of which one must be committed, as they are kept; none if that does not matter. */
    private static List<String> after(@Nullable JsonNode follows, Log log) {
        var after = new ArrayList<String>();
        if (follows != null) {
            for (var text : follows) {
                after.add(
                        text.asText().isEmpty()
                                ? ""
                                : Position.parse(text.asText(), log).toString());
            }
        }
        return after;
    }

    private static CompletionStage<Position> wanted(
            JsonNode body, Log log, Frontier frontier, @Nullable SavedCursor known) {
        if (body.size() == 1 && body.path("addresses").isArray()) {
            return committable(at(body.get("addresses"), log), frontier);
        }
        String position = null;
        for (var member : body.properties()) {
            if (!POSITION_NAMES.contains(member.getKey()) && !member.getKey().equals("from")
                    || !member.getValue().isTextual()
                    || position != null) {
                throw ProblemException.badRequest(
                        "send {\"position\":\"…\"} with what Next-Cursor said, {\"addresses\":[…]}, or"
                                + " {\"from\":\"earliest\"}, \"latest\" or \"time:…\", not " + body);
            }
            position = member.getValue().textValue();
        }
        if (body.has("from")) {
            return TailApi.from(body.get("from").textValue(), log, frontier, -1);
        }
        if (position == null) {
            return CompletableFuture.completedStage(
                    known == null ? Position.begin(log) : Position.parse(known.position(), log));
        }
        return committable(Position.parse(position, log), frontier);
    }

    /** Refuses what is beyond all records; what is deleted by now is committed: the reader's next read says so. */
    private static CompletionStage<Position> committable(Position position, Frontier frontier) {
        return frontier.learn(position, new HashSet<>()).thenApply(learned -> position);
    }

    /** Returns the position that is shown with these addresses. */
    private static Position at(JsonNode addresses, Log log) {
        var position = Position.begin(log);
        for (var text : addresses) {
            var address = RecordAddress.parse(text.asText());
            if (log.shards().shard(address.shard()) == null) {
                throw new NoSuchShardException(log.name(), address.shard());
            }
            position = position.with(address.shard(), address.offset());
        }
        return position.compact(log);
    }

    private void drop(Call call) {
        var log = metadata.state().log(call.log());
        call.on(metadata.submit(new DropCursor(log.name(), name(call))), state -> call.end(204));
    }

    private void read(Call call) {
        var name = name(call);
        int limit = (int) call.query("limit", LIMIT_DEFAULT, 1, RunApi.LIMIT_MAX);
        var wait = RunApi.duration(call.query("wait", "PT0S"));
        var form = Form.acceptedOfRecords(call.list(HttpHeaders.ACCEPT));
        var coding = call.coding();
        call.on(
                start(call, name).thenCompose(start -> {
                    var run = new CursorRun(
                            tails.frontier(start.log(), null, null), feed, limit, ANSWER_BYTES_MAX, start.position());
                    return run.waited(call, vertx, wait)
                            .thenCompose(come -> run.read())
                            .thenApply(records -> {
                                var writer = new RunWriter(form);
                                records.forEach(record -> writer.add(record.address(), record.record()));
                                return new Answer(
                                        run.position(),
                                        coding.encode(writer.end(run.position().toString())));
                            })
                            .exceptionallyCompose(failure -> CompletableFuture.failedStage(withWayOn(failure, run)));
                }),
                answer -> {
                    call.response()
                            .putHeader("Next-Cursor", answer.next().toString())
                            .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
                    call.end(200, form.mediaType(), answer.content());
                });
    }

    private record Start(Log log, Position position) {}

    private record Answer(Position next, Encoded content) {}

    /** A reader whose records were deleted is told so once, with where it may go on if it accepts that. */
    private static Throwable withWayOn(Throwable failure, CursorRun run) {
        var cause = failure.getCause() == null ? failure : failure.getCause();
        if (!(cause instanceof RecordExpiredException expired)) {
            return failure;
        }
        return new ProblemException(Problems.of(expired)
                .with(
                        "next",
                        Call.JSON.getNodeFactory().textNode(run.afterExpired().toString())));
    }

    private CompletionStage<Start> start(Call call, String name) {
        var given = call.query("cursor");
        if (given != null) {
            var log = metadata.state().log(call.log());
            return CompletableFuture.completedStage(new Start(log, Position.parse(given, log)));
        }
        return newest(call).thenApply(state -> {
            var log = state.log(call.log());
            var saved = state.clients().cursor(log.incarnation(), name);
            return new Start(log, saved == null ? Position.begin(log) : Position.parse(saved.position(), log));
        });
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
