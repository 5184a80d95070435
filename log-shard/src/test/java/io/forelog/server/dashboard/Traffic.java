package io.forelog.server.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.NodeFixture;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Readers who walk along the records of a log and now and then return to a few favourites, and a writer: enough for
 * each figure to move, at a pace that leaves the machine to the browser.
 */
final class Traffic implements AutoCloseable {

    static final int READS_PER_SECOND = 200;

    private static final int SHARDS = 4;
    private static final int READERS = 4;
    private static final int FAVOURITES = 16;

    private final NodeFixture node;
    private final String log;
    private final int recordsPerShard;
    private final Random random = new Random(7);
    private final int[] places = new int[READERS];
    private final AtomicInteger reads = new AtomicInteger();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private volatile boolean isPaused;
    private volatile @Nullable Throwable failure;

    private Traffic(NodeFixture node, String log, int recordsPerShard) {
        this.node = node;
        this.log = log;
        this.recordsPerShard = recordsPerShard;
    }

    /** Creates the log, fills its four shards unevenly with at least so many records each, and begins. */
    static Traffic start(NodeFixture node, String log, int recordsPerShard) {
        assertThat(node.put("/v1/logs/" + log, "{\"fsync\":\"interval\"}").statusCode())
                .isEqualTo(201);
        for (int shard = 0; shard < SHARDS; shard++) {
            fill(node, log, shard, recordsPerShard * (shard + 2) / 2);
        }
        var traffic = new Traffic(node, log, recordsPerShard);
        traffic.pace.scheduleAtFixedRate(traffic::step, 0, 1_000_000 / READS_PER_SECOND, TimeUnit.MICROSECONDS);
        return traffic;
    }

    /** Records without a key stay in the shard to which they are sent. */
    private static void fill(NodeFixture node, String log, int shard, int records) {
        var lines =
                ("{\"value\":\"" + "x".repeat(200) + "\"}\n").repeat(records).getBytes();
        var appended = node.send(
                "POST",
                "/v1/logs/" + log + "/shards/" + shard + "/records?summary=true",
                lines,
                "Content-Type",
                "application/x-ndjson");
        assertThat(appended.statusCode()).as(NodeFixture.text(appended)).isEqualTo(201);
    }

    void pause() {
        isPaused = true;
    }

    void resume() {
        isPaused = false;
    }

    private void step() {
        if (isPaused) {
            return;
        }
        try {
            int read = reads.getAndIncrement();
            int reader = read % READERS;
            // Shards are read unevenly too, so that one of them is the hottest.
            int shard = Math.min(SHARDS - 1, random.nextInt(SHARDS + 2));
            int offset = random.nextInt(4) == 0 ? random.nextInt(FAVOURITES) : places[reader]++ % recordsPerShard;
            var path = "/v1/logs/" + log + "/shards/" + (offset < FAVOURITES ? shard : reader) + "/records/" + offset;
            assertThat(node.get(path, "Forelog-Reader", "reader-" + reader).statusCode())
                    .isEqualTo(200);
            if (read % 8 == 0) {
                assertThat(node.append(log, "{\"key\":\"k" + read + "\",\"value\":" + read + "}")
                                .statusCode())
                        .isEqualTo(201);
            }
        } catch (RuntimeException | AssertionError e) {
            failure = e;
            throw e;
        }
    }

    int reads() {
        return reads.get();
    }

    /** Ends it; fails if a call did. */
    @Override
    public void close() {
        pace.close();
        assertThat(failure).isNull();
    }
}
