package io.forelog.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.tail.ClusterFeed;
import io.forelog.server.tail.Frontier;
import io.forelog.server.tail.GrowingLog;
import io.forelog.server.tail.Growth;
import io.forelog.server.tail.Position;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Readers of a whole log that is split and merged under them. */
class CursorLineageTest {

    /** In steps of any size, each begun from the text that the last one gave, through any node. */
    @Test
    void eachKeyIsReadInOrderOnceThroughSplitsAndMerges() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        try (var log = new GrowingLog(3)) {
            var growth = new Growth(log, new Random(seed));
            var growing = CompletableFuture.runAsync(() -> growth.run(3_000));

            var read = new ArrayList<String>();
            var nodes = new ClusterFeed[] {new ClusterFeed(log.metadata(), log), new ClusterFeed(log.metadata(), log)};
            var at = Position.begin(log.log()).toString();
            boolean isLast = false;
            while (!isLast) {
                isLast = growing.isDone();
                int before = read.size();
                var feed = nodes[random.nextInt(nodes.length)];
                var known = log.metadata().state().log(log.log().name());
                var frontier = new Frontier(log.metadata(), feed, known, null, null);
                var run = new CursorRun(frontier, feed, 1 + random.nextInt(60), 1 << 20, Position.parse(at, known));
                for (var placed : run.read().toCompletableFuture().get(30, TimeUnit.SECONDS)) {
                    read.add(text(placed.record().key()) + "="
                            + text(placed.record().value()));
                }
                at = run.position().toString();
                isLast &= read.size() == before;
            }

            growing.join();
            growth.assertAll(read);
        }
    }

    /** The position is opaque, and stays small: only shards that are being read are named. */
    @Test
    void aPositionDoesNotGrowWithTheNumberOfShardsThatEverWere() throws Exception {
        try (var log = new GrowingLog(1)) {
            var growth = new Growth(log, new Random(5));
            growth.run(2_000);
            var feed = new ClusterFeed(log.metadata(), log);
            var frontier = new Frontier(log.metadata(), feed, log.log(), null, null);
            var run = new CursorRun(frontier, feed, 10_000, 16 << 20, Position.begin(log.log()));

            run.read().toCompletableFuture().get(30, TimeUnit.SECONDS);

            assertThat(log.log().shards().shards()).hasSizeGreaterThan(40);
            assertThat(run.position().offsets())
                    .hasSizeLessThanOrEqualTo(2 * log.log().shards().open().size());
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
