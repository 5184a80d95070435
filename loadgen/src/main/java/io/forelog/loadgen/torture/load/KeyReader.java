package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.RefusedException;
import io.forelog.record.RecordAddress;
import java.util.List;

/**
 * Reads by key: the newest record is none older than the newest acknowledged one, and all of them are in their order.
 */
final class KeyReader extends Worker {

    private static final int HISTORY_MAX = 1_000;

    KeyReader(Job job) {
        super(job);
    }

    @Override
    void work() {
        int key = random.nextInt(ledger.keys());
        int newest = ledger.newest(key);
        if (newest < 0) {
            return;
        }
        try {
            if (random.nextBoolean()) {
                readNewest(key, newest);
            } else {
                readAll(key, newest);
            }
            answers.done(name());
        } catch (RefusedException e) {
            if (!e.slug().equals("no-such-key")) {
                throw e;
            }
            ledger.violate(
                    "what is acknowledged can be read", name() + " found none of " + Ledger.key(key), List.of(newest));
        }
    }

    private void readNewest(int key, int acknowledged) {
        var answer = client.newest(ledger.log(), Ledger.key(key)).await();
        var address = RecordAddress.parse(String.valueOf(answer.etag()).replace("\"", ""));
        int number =
                ledger.read(name(), address, Ledger.key(key), answer.value().getBytes());
        if (number >= 0 && number < acknowledged) {
            ledger.violate(
                    "the newest of a key",
                    name() + " gave record " + number + " of " + Ledger.key(key)
                            + " at " + address
                            + " as the newest, after record " + acknowledged + " was acknowledged",
                    List.of(number, acknowledged));
        }
    }

    private void readAll(int key, int acknowledged) {
        var found = client.history(ledger.log(), Ledger.key(key), HISTORY_MAX).await();
        int last = -1;
        for (var each : found) {
            int number = ledger.read(name(), each.address(), each.key(), each.value());
            if (number >= 0 && number <= last) {
                ledger.violate(
                        "order of a key",
                        name() + " gave record " + number + " of " + Ledger.key(key) + " at " + each.address()
                                + " after record " + last,
                        List.of(last, number));
            }
            last = Math.max(last, number);
        }
        if (found.size() < HISTORY_MAX && last < acknowledged) {
            ledger.violate(
                    "all of a key",
                    name() + " ended with record " + last + " of " + Ledger.key(key)
                            + ", though record "
                            + acknowledged + " was acknowledged",
                    List.of(acknowledged));
        }
    }
}
