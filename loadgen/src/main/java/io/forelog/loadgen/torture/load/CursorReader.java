package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.client.NamedCursor;
import java.time.Duration;

/**
 * Reads the whole log under a name. Now and then it forgets what it has not committed, as a reader that dies does, and
 * is given it again.
 */
final class CursorReader extends Worker {

    private static final String NAME = "torture";
    private static final int LIMIT = 200;
    private static final int DIES_EACH = 20;
    private static final Duration REPEAT_AFTER = Duration.ofMillis(100);
    private static final Duration WAIT = Duration.ofSeconds(1);

    private NamedCursor cursor;
    private volatile Arrivals arrivals;
    private Arrivals committed;

    CursorReader(Job job) {
        super(job);
        this.cursor = client.cursor(ledger.log(), NAME);
        this.arrivals = new Arrivals(job.name(), ledger);
        this.committed = new Arrivals(arrivals);
    }

    @Override
    void work() throws InterruptedException {
        if (random.nextInt(DIES_EACH) == 0) {
            cursor = client.cursor(ledger.log(), NAME);
            arrivals = new Arrivals(committed);
        }
        for (var each : cursor.read(LIMIT, WAIT).await()) {
            arrivals.take(each);
        }
        if (random.nextInt(3) == 0) {
            // Unknown is as good as done: the same is committed again before anything else is done under the name.
            while (!isCommitted()) {
                rest(REPEAT_AFTER);
            }
            committed = new Arrivals(arrivals);
        }
        answers.done(name());
    }

    private boolean isCommitted() {
        try {
            cursor.commit().await();
            return true;
        } catch (ForelogClientException e) {
            failed(e);
            return isOver();
        }
    }

    /** Returns what it was given; another one each time it forgets. */
    Arrivals arrivals() {
        return arrivals;
    }
}
