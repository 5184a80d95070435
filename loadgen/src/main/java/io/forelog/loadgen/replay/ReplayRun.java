package io.forelog.loadgen.replay;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.client.RefusedException;
import io.forelog.loadgen.load.LoadListener;
import io.forelog.loadgen.trace.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Arrays;

/** One replay from beginning to end. Use it once. */
public final class ReplayRun {

    private static final long TICK_MILLIS = 250;

    private final Vertx vertx;
    private final Context context;
    private final ForelogClient client;
    private final Trace trace;
    private final ReplaySettings settings;
    private final LoadListener listener;
    private final KeyedRecords records;
    private final ReplayFigures figures = new ReplayFigures();

    public ReplayRun(Vertx vertx, ForelogClient client, Trace trace, ReplaySettings settings, LoadListener listener) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.client = client;
        this.trace = trace;
        this.settings = settings;
        this.listener = listener;
        int reads = Math.min(trace.size(), settings.readsMax());
        this.records = new KeyedRecords(Arrays.copyOf(trace.keys(), reads), settings.valueBytes());
    }

    /**
     * Appends and reads. Blocks; not to be called on an event loop.
     *
     * @throws io.forelog.loadgen.client.ForelogClientException if the records cannot be appended, or the server does
     *     not tell about its prefetching
     */
    public ReplayResult run() {
        createLog();
        listener.phase("appending");
        new KeyAppender(client, listener).append(settings.log(), records);
        if (settings.prefetch() != null) {
            client.setPrefetch(settings.prefetch()).await();
        }
        var before = client.prefetch().await();
        long retriesBefore = client.retries();
        listener.phase("reading");
        var reads = new Reads(context, trace, settings, this::read);
        long from = System.nanoTime();
        Future.<Void>future(promise -> context.runOnContext(start -> {
                    figures.begin(from);
                    long timer = vertx.setPeriodic(TICK_MILLIS, tick -> {
                        figures.sample(System.nanoTime());
                        listener.progress(reads.reached(), reads.count(), figures.words());
                    });
                    reads.run()
                            .onComplete(over -> {
                                vertx.cancelTimer(timer);
                                figures.sample(System.nanoTime());
                            })
                            .onComplete(promise);
                }))
                .await();
        double seconds = (System.nanoTime() - from) / 1e9;
        var after = client.prefetch().await();
        return figures.result(
                trace.name(),
                settings,
                records.size(),
                seconds,
                client.retries() - retriesBefore,
                delta(before, after, "issued"),
                delta(before, after, "used"));
    }

    private void createLog() {
        try {
            client.log(settings.log()).await();
        } catch (RefusedException e) {
            if (!e.slug().equals("no-such-log")) {
                throw e;
            }
            client.createLog(settings.log(), LogSettings.DEFAULT).await();
        }
    }

    private Future<Void> read(int index, long intendedNanos) {
        int position = records.position(trace.keys()[index]);
        var reader = Long.toString(trace.clients()[index]);
        return client.read(settings.log(), records.shard(position), records.offset(position), reader)
                .<Void>map(answer -> {
                    boolean right = Arrays.equals(
                            records.value(position), answer.value().getBytes());
                    figures.read(answer.answeredBy(), System.nanoTime() - intendedNanos, right);
                    return null;
                })
                .otherwise(failure -> {
                    figures.failed(failure);
                    return null;
                });
    }

    private static long delta(JsonNode before, JsonNode after, String figure) {
        return after.path(figure).asLong() - before.path(figure).asLong();
    }
}
