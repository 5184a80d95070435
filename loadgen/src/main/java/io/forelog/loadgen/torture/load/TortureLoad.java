package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.client.ShardInfo;
import io.forelog.loadgen.client.Tail;
import io.forelog.loadgen.client.TailOptions;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writers and readers of two logs: one that is split, merged and moved while idempotent producers append to it, and
 * one of a single shard whose writers expect its end. Each works on a thread of its own; nodes take turns in
 * answering.
 */
public final class TortureLoad implements AutoCloseable {

    /** The log whose shards change. */
    public static final String LOG = "torture";

    private static final String MATCHED = "matched";
    private static final int VALUE_BYTES = 200;
    private static final int RUN_RECORDS_MAX = 1_000;
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration RETRY_FOR = Duration.ofSeconds(2);
    private static final Duration CALM_RETRY_FOR = Duration.ofMinutes(1);
    private static final Duration WORKERS_END_MAX = Duration.ofMinutes(4);
    private static final Duration CATCH_UP_MAX = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Scale scale;
    private final ForelogClient client;
    private final ForelogClient calm;
    private final Ledger ledger;
    private final Ledger matched;
    private final Answers answers = new Answers();
    private final Random random;
    private final List<Thread> threads = new ArrayList<>();
    private final Arrivals tailed;
    private CursorReader cursorReader;
    private Thread cursorThread;
    private Tail tail;
    private volatile boolean isOver;
    private volatile boolean isAllRead;

    /**
     * How much of it there is.
     *
     * @param shards of the log at first
     * @param writers idempotent ones
     * @param keysEach of each of them
     * @param readers of each kind
     * @param pause of each worker between calls
     */
    public record Scale(int shards, int writers, int keysEach, int readers, Duration pause) {

        /** What two cores do beside three nodes. */
        public static final Scale DEFAULT = new Scale(4, 8, 50, 2, Duration.ofMillis(10));
    }

    /** @param nodes at least one; the run's values are told apart by the seed */
    public TortureLoad(List<URI> nodes, Scale scale, Violations violations, long seed) {
        var urls = nodes.stream().map(URI::toString).collect(Collectors.joining(","));
        var options = ClientOptions.DEFAULT.withAnswerTimeout(PATIENCE);
        this.scale = scale;
        this.client = ForelogClient.connect(urls, options.withRetryFor(RETRY_FOR));
        this.calm = ForelogClient.connect(urls, options.withRetryFor(CALM_RETRY_FOR));
        this.random = new Random(seed);
        int run = Long.hashCode(seed);
        this.ledger = new Ledger(LOG, run, VALUE_BYTES, scale.writers() * scale.keysEach(), violations);
        this.matched = new Ledger(MATCHED, run + 1, VALUE_BYTES, 2, violations);
        this.tailed = new Arrivals("tail", ledger);
    }

    /**
     * Creates the logs and lets everybody work.
     *
     * @param listener told of each append to {@link #LOG}
     */
    public void start(AppendListener listener) {
        calm.createLog(LOG, new LogSettings(scale.shards(), "always")).await();
        calm.createLog(MATCHED, new LogSettings(1, "always")).await();
        for (int i = 0; i < scale.writers(); i++) {
            int from = i * scale.keysEach();
            var keys = IntStream.range(from, from + scale.keysEach()).toArray();
            work(new IdempotentWriter(job("append", ledger), i + 1, keys, listener));
        }
        work(new MatchingWriter(job("append if match", matched), 0));
        work(new MatchingWriter(job("append if match", matched), 1));
        for (int i = 0; i < scale.readers(); i++) {
            work(new PointReader(job("read", ledger)));
            work(new PointReader(job("read", matched)));
            work(new KeyReader(job("read key", ledger)));
            work(new RangeReader(job("read run", ledger)));
        }
        cursorReader = new CursorReader(job("cursor", ledger, () -> isAllRead));
        cursorThread = begin(cursorReader);
        tail = client.tail(LOG, TailOptions.EARLIEST, tailed::take);
    }

    private Worker.Job job(String name, Ledger of) {
        return job(name, of, () -> isOver);
    }

    private Worker.Job job(String name, Ledger of, BooleanSupplier over) {
        return new Worker.Job(name, client, of, answers, new Random(random.nextLong()), scale.pause(), over);
    }

    private void work(Worker worker) {
        threads.add(begin(worker));
    }

    private static Thread begin(Worker worker) {
        return Thread.ofPlatform().name("torture-" + worker.name()).start(worker::run);
    }

    /**
     * Ends writers and readers, reads everything back, and holds it against what is known. To be called when nothing
     * is wrong with the cluster any more. Blocks.
     */
    public void conclude() throws InterruptedException {
        isOver = true;
        long deadline = System.nanoTime() + WORKERS_END_MAX.toNanos();
        for (var thread : threads) {
            thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            if (thread.isAlive()) {
                ledger.violate("every call is answered in the end", thread.getName() + " does not end", List.of());
            }
        }
        var shards = calm.shards(LOG).await();
        awaitFollowers(shards.stream().collect(Collectors.toMap(ShardInfo::shard, ShardInfo::highWatermark)));
        check(ledger);
        check(matched);
    }

    private void awaitFollowers(Map<Integer, Long> ends) throws InterruptedException {
        long deadline = System.nanoTime() + CATCH_UP_MAX.toNanos();
        while (System.nanoTime() < deadline
                && !(tailed.reached(ends) && cursorReader.arrivals().reached(ends))) {
            Worker.rest(LOOK);
        }
        for (var arrivals : List.of(tailed, cursorReader.arrivals())) {
            if (!arrivals.reached(ends)) {
                ledger.violate(
                        "no gap, no repeat",
                        (arrivals == tailed ? "the tail" : "the cursor") + " was never given " + arrivals.missing(ends),
                        List.of());
            }
        }
        isAllRead = true;
        cursorThread.join(WORKERS_END_MAX.toMillis());
        tail.close();
    }

    private void check(Ledger checked) {
        var checker = checked.checker();
        var ends = new HashMap<Integer, Long>();
        for (var shard : calm.shards(checked.log()).await()) {
            long from = shard.startOffset();
            while (from < shard.highWatermark()) {
                var run = calm.run(checked.log(), shard.shard(), from, RUN_RECORDS_MAX, Duration.ZERO)
                        .await();
                run.records().forEach(found -> {
                    checked.read("the check at the end", found.address(), found.key(), found.value());
                    checker.accept(found.address(), found.key(), found.value());
                });
                if (run.nextOffset() <= from) {
                    break;
                }
                from = run.nextOffset();
            }
            ends.put(shard.shard(), from);
        }
        checked.concluded(checker.verdict(), address -> address.offset() < ends.getOrDefault(address.shard(), 0L));
    }

    /** Returns the ledger of a log. */
    public Ledger ledger(String log) {
        return log.equals(MATCHED) ? matched : ledger;
    }

    /** Returns what became of the records of each log, in words. */
    public Map<String, String> records() {
        return Map.of(LOG, ledger.figures(), MATCHED, matched.figures());
    }

    public Answers answers() {
        return answers;
    }

    @Override
    public void close() {
        isOver = true;
        isAllRead = true;
        client.close();
        calm.close();
    }
}
