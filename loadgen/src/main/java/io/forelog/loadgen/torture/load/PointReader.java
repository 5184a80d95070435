package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.RefusedException;
import java.util.List;

/** Reads acknowledged records by their addresses: each is there, with the bytes that were sent. */
final class PointReader extends Worker {

    PointReader(Job job) {
        super(job);
    }

    @Override
    void work() {
        var any = ledger.anyAcknowledged(random);
        if (any.isEmpty()) {
            return;
        }
        int number = any.get();
        var address = ledger.address(number);
        try {
            var answer = client.read(ledger.log(), address).await();
            ledger.read(name(), address, null, answer.value().getBytes());
            answers.done(name());
        } catch (RefusedException e) {
            if (!e.slug().equals("no-such-record")) {
                throw e;
            }
            ledger.violate(
                    "what is acknowledged can be read",
                    name() + " did not find record " + number + " at "
                            + address
                            + ": " + e.problem().detail(),
                    List.of(number));
        }
    }
}
