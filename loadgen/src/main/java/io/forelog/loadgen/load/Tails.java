package io.forelog.loadgen.load;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.RecordRun;
import io.forelog.loadgen.client.ShardInfo;
import io.forelog.loadgen.verify.RunValues;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * One reader at the end of each shard, by long polls. What arrives counts from the moment its append was meant to
 * start. Looks for new shards every second. Confined to the run's context.
 */
final class Tails {

    private static final int RUN_RECORDS_MAX = 1_000;
    private static final Duration WAIT = Duration.ofSeconds(1);
    private static final long PAUSE_MILLIS = 5;
    private static final long NEW_SHARDS_MILLIS = 1_000;

    private final Vertx vertx;
    private final ForelogClient client;
    private final String log;
    private final RunValues values;
    private final IntendedStarts starts;
    private final Measurements measurements;
    private final Map<Integer, Long> positions = new TreeMap<>();
    private long delivered;
    private boolean stopped;

    Tails(
            Vertx vertx,
            ForelogClient client,
            String log,
            RunValues values,
            IntendedStarts starts,
            Measurements measurements) {
        this.vertx = vertx;
        this.client = client;
        this.log = log;
        this.values = values;
        this.starts = starts;
        this.measurements = measurements;
    }

    /** Starts to follow these shards from their present end, and later ones from their beginning. */
    void start(List<ShardInfo> shards) {
        shards.forEach(shard -> follow(shard.shard(), shard.highWatermark()));
        vertx.setPeriodic(NEW_SHARDS_MILLIS, timer -> {
            if (stopped) {
                vertx.cancelTimer(timer);
            } else {
                client.shards(log).onSuccess(now -> now.stream()
                        .filter(shard -> !positions.containsKey(shard.shard()))
                        .forEach(shard -> follow(shard.shard(), shard.startOffset())));
            }
        });
    }

    void stop() {
        stopped = true;
    }

    /** Returns how many of this run's records arrived. */
    long delivered() {
        return delivered;
    }

    private void follow(int shard, long from) {
        positions.put(shard, from);
        poll(shard);
    }

    private void poll(int shard) {
        if (stopped) {
            return;
        }
        client.run(log, shard, positions.get(shard), RUN_RECORDS_MAX, WAIT).onComplete(answer -> {
            if (answer.succeeded()) {
                take(shard, answer.result());
            } else if (!stopped) {
                measurements.failed(answer.cause());
            }
            if (answer.succeeded() && !answer.result().records().isEmpty()) {
                poll(shard);
            } else {
                // A server that does not wait, or one that is down, is asked again a little later.
                Future<Void> pause =
                        vertx.timer(PAUSE_MILLIS, TimeUnit.MILLISECONDS).mapEmpty();
                pause.onComplete(over -> poll(shard));
            }
        });
    }

    private void take(int shard, RecordRun run) {
        positions.put(shard, run.nextOffset());
        for (var arrived : run.records()) {
            int number = values.number(arrived.value());
            if (number >= 0) {
                delivered++;
                measurements.completed(OperationKind.TAIL, starts.of(number), 1, arrived.value().length);
            }
        }
    }
}
