package io.forelog.loadgen.load;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.client.RefusedException;
import io.forelog.loadgen.verify.AppendHistory;
import io.forelog.loadgen.verify.RunValues;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * One load from beginning to end: sees that the log is there, fills it where a read load needs it, runs the loop, waits
 * for what is under way, verifies. Use it once.
 */
public final class LoadRun {

    private static final int HISTORY_RECORDS_MAX = 20_000_000;
    private static final int READABLE_MAX = 1 << 20;
    private static final int FILL_BATCH = 500;
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final ForelogClient client;
    private final LoadSettings settings;
    private final LogSettings logSettings;
    private final LoadListener listener;
    private final Context context;
    private final RandomGenerator random;
    private final RunValues values;
    private final @Nullable AppendHistory history;
    private final Appender appender;
    private final RecentRecords recent;
    private @Nullable ReadTargets targets;
    private volatile boolean isStopped;

    /** @param logSettings what the log is created with if it is not there */
    public LoadRun(
            Vertx vertx, ForelogClient client, LoadSettings settings, LogSettings logSettings, LoadListener listener) {
        this.vertx = vertx;
        this.client = client;
        this.settings = settings;
        this.logSettings = logSettings;
        this.listener = listener;
        this.context = vertx.getOrCreateContext();
        this.random = new Random(settings.seed());
        // Not by the seed: a run repeated on the same log must tell its own records from those of the first.
        this.values = new RunValues(UUID.randomUUID().hashCode(), settings.valueBytes());
        this.history = settings.verify() ? new AppendHistory(HISTORY_RECORDS_MAX) : null;
        this.appender = new Appender(
                client, settings.log(), new AppendOptions(settings.ack(), null), values, history, listener);
        this.recent = new RecentRecords(Math.min(settings.keys(), READABLE_MAX));
    }

    /**
     * Sees that the log is there, and holds something if it is to be read: to be called first where several runs begin
     * together. Blocks; not to be called on an event loop.
     *
     * @throws io.forelog.loadgen.client.ForelogClientException if the log cannot be created or filled
     */
    public void prepare() {
        createLog();
        targets = settings.workload() == Workload.READ ? existingOrFilled() : recent;
    }

    /**
     * Runs to the end, after {@link #prepare} if nobody has called it. Blocks; not to be called on an event loop.
     *
     * @throws io.forelog.loadgen.client.ForelogClientException if the log cannot be created, filled or read back
     */
    public LoadResult run() {
        if (targets == null) {
            prepare();
        }
        long retriesBefore = client.retries();
        var window = Window.from(System.nanoTime(), settings.warmup(), settings.duration());
        var measurements = new Measurements(window);
        var starts = new IntendedStarts(settings.workload() == Workload.TAIL);
        var operations = new Operations(settings, client, appender, values, measurements, starts, random);
        var loop = loop(operation(operations, Objects.requireNonNull(targets)));
        var tails = new Tails(vertx, client, settings.log(), values, starts, measurements);
        var sampler =
                new Sampler(vertx, measurements, listener, loop, () -> isStopped || appender.isFull(settings.batch()));
        if (settings.workload() == Workload.TAIL) {
            var shards = client.shards(settings.log()).await();
            onContext(() -> {
                tails.start(shards);
                return Future.succeededFuture();
            });
        }
        onContext(() -> {
            sampler.start();
            return loop.run(window);
        });
        long undelivered = settings.workload() == Workload.TAIL ? awaitTails(tails, measurements) : 0;
        onContext(() -> {
            tails.stop();
            sampler.stop();
            return Future.succeededFuture();
        });
        return new Results(settings, measurements, sampler, loop)
                .result(client.retries() - retriesBefore, undelivered, verify());
    }

    /**
     * Lets the run end before its time: it begins nothing more, and is verified as it is. May be called by any thread.
     */
    public void stop() {
        isStopped = true;
    }

    private void createLog() {
        try {
            client.log(settings.log()).await();
        } catch (RefusedException e) {
            if (!e.slug().equals("no-such-log")) {
                throw e;
            }
            client.createLog(settings.log(), logSettings).await();
        }
    }

    private ReadTargets existingOrFilled() {
        var existing = new ExistingRecords(client.shards(settings.log()).await(), settings.keys());
        if (existing.size() > 0) {
            return existing;
        }
        listener.phase("filling");
        for (int key = 0; key < settings.keys(); key += FILL_BATCH) {
            fill(key, Math.min(settings.keys(), key + FILL_BATCH));
            listener.progress(key, settings.keys(), "");
        }
        return recent;
    }

    private void fill(int fromKey, int endKey) {
        var keys = new int[endKey - fromKey];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = fromKey + i;
        }
        onContext(() -> {
            int first = appender.nextNumber();
            return appender.append(keys, AppendFormat.NDJSON).onSuccess(addresses -> {
                for (int i = 0; i < keys.length; i++) {
                    recent.add(first + i, addresses.get(i));
                }
            });
        });
    }

    private Operation operation(Operations operations, ReadTargets targets) {
        return switch (settings.workload()) {
            case APPEND, TAIL -> operations.append(recent);
            case READ -> operations.read(targets);
            case MIXED -> operations.mixed(recent);
        };
    }

    private LoadLoop loop(Operation operation) {
        return settings.isOpenLoop()
                ? new OpenLoop(context, settings.rate(), settings.clients(), GRACE, operation)
                : new ClosedLoop(context, settings.clients(), operation);
    }

    /** Returns how many records of this run did not arrive at a tail although they are acknowledged. */
    private long awaitTails(Tails tails, Measurements measurements) {
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (true) {
            long missing =
                    onContext(() -> Future.succeededFuture(measurements.acknowledgedRecords() - tails.delivered()));
            if (missing <= 0 || System.nanoTime() > deadline) {
                return Math.max(0, missing);
            }
            vertx.timer(20, TimeUnit.MILLISECONDS).await();
        }
    }

    private LoadResult.@Nullable Verification verify() {
        if (history == null) {
            return null;
        }
        listener.phase("verifying");
        var reader = new LogReader(client, settings.log(), history, values);
        var verdict = reader.verdict(read -> listener.progress(read, history.records(), ""));
        var sample = reader.sample(random);
        return new LoadResult.Verification(verdict, sample.reads(), sample.faults());
    }

    private <T> T onContext(Callable<Future<T>> action) {
        return Future.<T>future(promise -> context.runOnContext(ready -> {
                    try {
                        action.call().onComplete(promise);
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                }))
                .await();
    }
}
