package io.forelog.loadgen.torture.load;

import java.time.Duration;
import java.util.List;

/** Reads runs of shards from anywhere: dense, and all of it below the high watermark that the answer tells. */
final class RangeReader extends Worker {

    private static final int LIMIT = 100;

    RangeReader(Job job) {
        super(job);
    }

    @Override
    void work() {
        var any = ledger.anyAcknowledged(random);
        if (any.isEmpty()) {
            return;
        }
        var from = ledger.address(any.get());
        var run = client.run(ledger.log(), from.shard(), from.offset(), LIMIT, Duration.ZERO)
                .await();
        long next = from.offset();
        for (var each : run.records()) {
            int number = ledger.read(name(), each.address(), each.key(), each.value());
            if (each.address().shard() != from.shard() || each.address().offset() != next) {
                ledger.violate(
                        "no gap",
                        name() + " gave " + each.address() + " where " + from.shard() + ":" + next + " was due",
                        List.of(number));
            }
            if (run.highWatermark() >= 0 && each.address().offset() >= run.highWatermark()) {
                ledger.violate(
                        "only what is committed is read",
                        name() + " gave " + each.address() + " above the high watermark " + run.highWatermark(),
                        List.of(number));
            }
            next = each.address().offset() + 1;
        }
        if (run.records().isEmpty()) {
            ledger.violate(
                    "what is acknowledged can be read",
                    name() + " gave nothing from " + from + " on",
                    List.of(any.get()));
        }
        answers.done(name());
    }
}
