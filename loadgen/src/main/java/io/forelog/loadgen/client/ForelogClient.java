package io.forelog.loadgen.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.record.RecordAddress;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API as calls that return futures. Calls go to the given endpoints in turn, appends to the one that leads the
 * shard of the first record's key, once that is known; any node answers any call, and one that cannot be reached is
 * passed over.
 *
 * {@snippet :
 * try (var client = ForelogClient.connect("http://127.0.0.1:8420")) {
 *     client.createLog("orders", LogSettings.DEFAULT).await();
 *     try (var producer = client.producer("orders", ProducerOptions.DEFAULT)) {
 *         producer.send(NewRecord.of("user-42", "{\"item\":\"lamp\"}"));
 *     }
 *     System.out.println(client.newest("orders", "user-42").await().value());
 * }
 * }
 *
 * <p>A future is waited for with {@code await()} on any thread but an event loop's, or passed on as {@code
 * toCompletionStage()}.
 *
 * <p>Safe for use by any thread; fastest from one Vert.x context, whose connections it then uses. Failures are
 * {@link ForelogClientException}s. An append that is not idempotent is never sent twice once it may have happened.
 */
public final class ForelogClient implements AutoCloseable {

    private static final String READER = "Forelog-Reader";

    private final Vertx vertx;
    private final boolean ownsVertx;
    private final HttpTransport transport;
    private final Leaders leaders;

    /** @param endpoints at least one, such as {@code http://127.0.0.1:8420}; paths in them are ignored */
    public ForelogClient(Vertx vertx, List<URI> endpoints, ClientOptions options) {
        this(vertx, false, endpoints, options);
    }

    private ForelogClient(Vertx vertx, boolean ownsVertx, List<URI> endpoints, ClientOptions options) {
        if (endpoints.isEmpty()) {
            throw new IllegalArgumentException("a client needs at least one endpoint");
        }
        this.vertx = vertx;
        this.ownsVertx = ownsVertx;
        this.transport = new HttpTransport(vertx, endpoints, options);
        this.leaders = new Leaders(endpoints, this::get, System::nanoTime);
    }

    /**
     * Returns a client with an event loop of its own, which {@link #close} ends.
     *
     * @param urls of one or more nodes, such as {@code http://127.0.0.1:8420}, separated by commas
     */
    public static ForelogClient connect(String urls) {
        return connect(urls, ClientOptions.DEFAULT);
    }

    /** Returns a client with an event loop of its own, which {@link #close} ends. */
    public static ForelogClient connect(String urls, ClientOptions options) {
        var endpoints = Arrays.stream(urls.split(","))
                .map(String::strip)
                .map(URI::create)
                .toList();
        var vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        return new ForelogClient(vertx, true, endpoints, options);
    }

    /** Returns what appends records to a log as they come, in batches. */
    public BatchingProducer producer(String log, ProducerOptions options) {
        return new BatchingProducer(vertx, this, log, options);
    }

    /** Returns a reader of a whole log under a name; it begins where that was committed last. */
    public NamedCursor cursor(String log, String name) {
        return new NamedCursor(transport, log, name);
    }

    /**
     * Follows a log: {@code reader} is called with each record as it commits, in the order of its key. A connection
     * that breaks is made again, with any node, and goes on where it ended, without a gap or a repeat.
     */
    public Tail tail(String log, TailOptions options, Tail.Reader reader) {
        return new Tail(vertx, transport, log, options, reader);
    }

    /** Creates a log; a log that exists with these settings is as good. */
    public Future<JsonNode> createLog(String log, LogSettings settings) {
        return json(HttpCall.send(
                HttpMethod.PUT, Paths.log(log), "application/json", Json.encode(settings.toJson()), true));
    }

    /** Deletes a log with all its records. */
    public Future<Void> deleteLog(String log) {
        return transport.send(HttpCall.delete(Paths.log(log))).mapEmpty();
    }

    /** Returns the log as the server describes it. */
    public Future<JsonNode> log(String log) {
        return json(HttpCall.get(Paths.log(log), Map.of()));
    }

    /** Returns all shards of a log, in the order of their numbers. */
    public Future<List<ShardInfo>> shards(String log) {
        return json(HttpCall.get(Paths.log(log) + "/shards", Map.of())).map(ShardInfo::list);
    }

    /**
     * Appends records in one request.
     *
     * @param records at least one, at most {@code format.recordsMax()}
     * @param format {@link AppendFormat#suiting} chooses one; {@link AppendFormat#RAW} carries no headers
     * @return their addresses, in the order given
     */
    public Future<List<RecordAddress>> append(
            String log, List<NewRecord> records, AppendFormat format, AppendOptions options) {
        if (records.isEmpty() || !format.takes(records)) {
            throw new IllegalArgumentException(
                    records.size() + " records, perhaps with headers, cannot be sent as " + format);
        }
        var call = new HttpCall(
                HttpMethod.POST,
                Paths.log(log) + "/records" + options.query(format, records.getFirst()),
                options.headers(format),
                format.encode(records),
                options.producer() != null,
                Duration.ZERO);
        return transport
                .send(call, leaders.of(log, records.getFirst().key()))
                .map(answer -> AddressDecoder.decode(answer.body().getBytes(), records.size()));
    }

    /** Reads one record by its address, as no reader in particular. */
    public Future<ReadAnswer> read(String log, RecordAddress address) {
        return read(log, address.shard(), address.offset(), null);
    }

    /**
     * Reads one record by its address.
     *
     * @param reader whose sequence of reads this one belongs to; null for the connection's
     */
    public Future<ReadAnswer> read(String log, int shard, long offset, @Nullable String reader) {
        return transport
                .send(HttpCall.get(Paths.shard(log, shard) + "/records/" + offset, headers(reader)))
                .map(ReadAnswer::of);
    }

    /** Reads the newest record with this key. */
    public Future<ReadAnswer> newest(String log, String key) {
        return transport
                .send(HttpCall.get(Paths.log(log) + "/keys/" + Paths.encode(key), Map.of()))
                .map(ReadAnswer::of);
    }

    /**
     * Reads up to 1,000 records by their addresses.
     *
     * @return what became of each, in the order asked
     */
    public Future<List<ReadResult>> readMany(String log, List<RecordAddress> addresses) {
        var body = Json.MAPPER.createObjectNode();
        var list = body.putArray("addresses");
        addresses.forEach(address -> list.add(address.toString()));
        var call =
                HttpCall.send(HttpMethod.POST, Paths.log(log) + "/read", "application/json", Json.encode(body), true);
        return transport.send(call).map(answer -> ReadResult.list(answer.body().getBytes()));
    }

    /**
     * Reads every record with this key, in the order appended, through all shards that ever took it.
     *
     * @param limit records at most
     */
    public Future<List<StoredRecord>> history(String log, String key, int limit) {
        var path = Paths.log(log) + "/keys/" + Paths.encode(key) + "/records?limit=" + limit;
        return transport
                .send(HttpCall.get(path, Map.of("Accept", "application/x-ndjson")))
                .map(answer -> RunDecoder.ndjson(answer.body().getBytes()));
    }

    /**
     * Asks for any JSON document of the API, such as {@code /v1/plans}.
     *
     * @param path with its query, encoded
     */
    public Future<JsonNode> get(String path) {
        return json(HttpCall.get(path, Map.of()));
    }

    /**
     * Reads a run of a shard's records.
     *
     * @param from the first offset wanted
     * @param limit records at most
     * @param wait how long to wait for a record where there is none yet; zero not to
     */
    public Future<RecordRun> run(String log, int shard, long from, int limit, Duration wait) {
        var path = Paths.shard(log, shard) + "/records?from=" + from + "&limit=" + limit
                + (wait.isZero() ? "" : "&wait=" + wait);
        var call = HttpCall.get(path, Map.of("Accept", "application/x-ndjson")).withExtraTime(wait);
        return transport.send(call).map(answer -> {
            var records = RunDecoder.ndjson(answer.body().getBytes());
            long next = records.isEmpty() ? from : records.getLast().address().offset() + 1;
            return new RecordRun(records, number(answer, "Next-Offset", next), number(answer, "High-Watermark", -1));
        });
    }

    /** Returns the caches' figures as the server gives them. */
    public Future<JsonNode> caches() {
        return json(HttpCall.get("/v1/caches", Map.of()));
    }

    /** Returns the prefetcher's figures as the server gives them. */
    public Future<JsonNode> prefetch() {
        return json(HttpCall.get("/v1/prefetch", Map.of()));
    }

    /** Switches prefetching on or off. */
    public Future<JsonNode> setPrefetch(boolean enabled) {
        var body = Json.MAPPER.createObjectNode().put("enabled", enabled);
        return json(HttpCall.send(HttpMethod.PUT, "/v1/prefetch", "application/json", Json.encode(body), true));
    }

    /** Returns how many calls were sent again so far. */
    public long retries() {
        return transport.retries();
    }

    /** Closes the connections; calls under way end with an unknown outcome. Waits, except on an event loop. */
    @Override
    public void close() {
        boolean mayWait = !Context.isOnEventLoopThread();
        var closed = transport.close();
        if (mayWait) {
            closed.await();
        }
        if (ownsVertx) {
            var ended = vertx.close();
            if (mayWait) {
                // Not one future after the other: the event loop that would pass it on ends here.
                ended.await();
            }
        }
    }

    private Future<JsonNode> json(HttpCall call) {
        return transport.send(call).map((Function<HttpAnswer, JsonNode>) Json::parse);
    }

    private static Map<String, String> headers(@Nullable String reader) {
        return reader == null ? Map.of() : Map.of(READER, reader);
    }

    private static long number(HttpAnswer answer, String header, long absent) {
        var text = answer.headers().get(header);
        if (text == null) {
            return absent;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new MalformedAnswerException(header + " is '" + text + "'", e);
        }
    }
}
