package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.client.NewRecord;
import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Appends as one idempotent producer: one request after another, each repeated until it is answered, also after the
 * end. Some requests hold one record, others several, which fall into several shards.
 */
final class IdempotentWriter extends Worker {

    private static final int BATCH_MAX = 5;
    private static final Duration REPEAT_AFTER = Duration.ofMillis(100);
    private static final Duration REPEAT_MAX = Duration.ofMinutes(3);

    private final long producer;
    private final int[] keys;
    private final AppendListener listener;
    private long sequence;

    /** @param keys its own, that no other writer uses */
    IdempotentWriter(Job job, long producer, int[] keys, AppendListener listener) {
        super(job);
        this.producer = producer;
        this.keys = keys;
        this.listener = listener;
    }

    @Override
    void work() throws InterruptedException {
        if (ledger.isFull()) {
            return;
        }
        int count = random.nextInt(3) == 0 ? 2 + random.nextInt(BATCH_MAX - 1) : 1;
        var chosen = IntStream.range(0, count)
                .map(i -> keys[random.nextInt(keys.length)])
                .distinct()
                .toArray();
        int first = ledger.sending(chosen);
        var records = new ArrayList<NewRecord>();
        for (int i = 0; i < chosen.length; i++) {
            records.add(new NewRecord(Ledger.key(chosen[i]), ledger.value(first + i)));
        }
        long sent = System.nanoTime();
        var addresses = appendUntilAnswered(records);
        for (int i = 0; i < addresses.size(); i++) {
            ledger.acknowledged(first + i, addresses.get(i));
        }
        listener.appended(addresses, sent);
        answers.done(name());
    }

    private List<RecordAddress> appendUntilAnswered(List<NewRecord> records) throws InterruptedException {
        var options = new AppendOptions(null, new AppendOptions.Producer(producer, 0, sequence));
        long deadline = System.nanoTime() + REPEAT_MAX.toNanos();
        while (true) {
            try {
                var format = records.size() == 1 ? AppendFormat.RAW : AppendFormat.NDJSON;
                var addresses =
                        client.append(ledger.log(), records, format, options).await();
                sequence++;
                return addresses;
            } catch (ForelogClientException e) {
                failed(e);
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(
                            "sequence " + sequence + " of producer " + producer + " was never answered, at last with "
                                    + e.getMessage(),
                            e);
                }
                rest(REPEAT_AFTER);
            }
        }
    }
}
