package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.client.NewRecord;
import io.forelog.loadgen.client.RefusedException;
import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.List;

/**
 * Appends to the one shard of a log where it expects its end, as others do to the same shard. An append of which nobody
 * knows is sent again as it was: in the end its place holds this record or another, and a read tells which.
 */
final class MatchingWriter extends Worker {

    private static final int SHARD = 0;
    private static final Duration REPEAT_AFTER = Duration.ofMillis(100);
    private static final Duration REPEAT_MAX = Duration.ofMinutes(3);

    private final int key;
    private long next;

    /** @param key its own, that no other writer uses */
    MatchingWriter(Job job, int key) {
        super(job);
        this.key = key;
    }

    @Override
    void work() throws InterruptedException {
        if (ledger.isFull()) {
            return;
        }
        var expected = new RecordAddress(SHARD, next);
        int number = ledger.sending(key);
        var own = new NewRecord(Ledger.key(key), ledger.value(number));
        if (isAppended(own, expected, number)) {
            ledger.acknowledged(number, expected);
            answers.done(name());
            next++;
        } else {
            ledger.refused(number);
            next = Math.max(
                    next + 1, client.shards(ledger.log()).await().getFirst().highWatermark());
        }
    }

    private boolean isAppended(NewRecord own, RecordAddress expected, int number) throws InterruptedException {
        long deadline = System.nanoTime() + REPEAT_MAX.toNanos();
        boolean mayBeThere = false;
        while (true) {
            try {
                var options = new AppendOptions(null, null, expected);
                var address = client.append(ledger.log(), List.of(own), AppendFormat.RAW, options)
                        .await()
                        .getFirst();
                if (!address.equals(expected)) {
                    ledger.violate(
                            "If-Match",
                            "record " + number + " was expected at " + expected + " and appended at " + address,
                            List.of(number));
                }
                return true;
            } catch (ForelogClientException e) {
                if (e instanceof RefusedException refused && refused.slug().equals("offset-mismatch")) {
                    return mayBeThere && isThere(expected, number, deadline);
                }
                failed(e);
                mayBeThere |= Answers.mayHaveHappened(e);
                require(deadline, number, e);
                rest(REPEAT_AFTER);
            }
        }
    }

    /** Returns whether the record that is there, or comes to be there, is this one. */
    private boolean isThere(RecordAddress expected, int number, long deadline) throws InterruptedException {
        while (true) {
            try {
                var found = client.read(ledger.log(), expected).await();
                return ledger.read(name(), expected, null, found.value().getBytes()) == number;
            } catch (ForelogClientException e) {
                // Not committed yet, perhaps: what is there is not seen before it is.
                require(deadline, number, e);
                rest(REPEAT_AFTER);
            }
        }
    }

    private static void require(long deadline, int number, ForelogClientException last) {
        if (System.nanoTime() > deadline) {
            throw new IllegalStateException("nobody says what became of record " + number, last);
        }
    }
}
