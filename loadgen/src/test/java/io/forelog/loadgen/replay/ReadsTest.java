package io.forelog.loadgen.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.demo.BrowsingWorkload;
import io.forelog.loadgen.trace.Trace;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadsTest {

    private final Vertx vertx = Vertx.vertx();
    private final Context context = vertx.getOrCreateContext();
    private final Random random = new Random(9);
    private final List<Integer> started = new ArrayList<>();
    private final HashSet<Integer> underWay = new HashSet<>();
    private int mostUnderWay;
    private boolean overlapped;

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    private static ReplaySettings settings(int clients, boolean ordered) {
        return new ReplaySettings("l", 0, 0, clients, ordered, Integer.MAX_VALUE, 10, null);
    }

    /** Runs all reads, each of which takes 0 or 1 ms. */
    private void run(Trace trace, ReplaySettings settings) {
        var reads = new Reads(context, trace, settings, (index, intended) -> {
            started.add(index);
            overlapped |= underWay.stream().anyMatch(other -> trace.clients()[other] == trace.clients()[index]);
            underWay.add(index);
            mostUnderWay = Math.max(mostUnderWay, underWay.size());
            Promise<Void> over = Promise.promise();
            if (random.nextBoolean()) {
                vertx.setTimer(1, timer -> finish(index, over));
            } else {
                finish(index, over);
            }
            return over.future();
        });
        Future.<Void>future(promise -> context.runOnContext(start -> reads.run().onComplete(promise)))
                .await();
    }

    private void finish(int index, Promise<Void> over) {
        underWay.remove(index);
        over.complete();
    }

    @Test
    void everyReadIsMadeOnceAndAClientsReadsFollowOneAnother() {
        var trace = BrowsingWorkload.trace(1, 100, 2_000);

        run(trace, settings(8, true));

        assertThat(started).hasSize(2_000).doesNotHaveDuplicates();
        assertThat(overlapped).isFalse();
        assertThat(mostUnderWay).isBetween(2, 8);
        Map<Long, Integer> last = new HashMap<>();
        for (int index : started) {
            assertThat(last.getOrDefault(trace.clients()[index], -1)).isLessThan(index);
            last.put(trace.clients()[index], index);
        }
    }

    @Test
    void oneReadAtATimeIsTheTracesOrder() {
        var trace = BrowsingWorkload.trace(1, 100, 500);

        run(trace, settings(1, true));

        assertThat(started).isSorted();
    }

    @Test
    void theOneClientOfAMixedStreamReadsSeveralAtATimeIfAskedTo() {
        var browsing = BrowsingWorkload.trace(1, 100, 500);
        var mixed = new Trace("mixed", browsing.times(), new long[500], browsing.keys());

        run(mixed, settings(4, false));

        assertThat(started).isSorted().hasSize(500);
        assertThat(mostUnderWay).isBetween(2, 4);
    }
}
