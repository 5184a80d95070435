package io.forelog.loadgen.load;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.ForelogClientException;
import io.forelog.loadgen.client.ShardInfo;
import io.forelog.loadgen.verify.AppendHistory;
import io.forelog.loadgen.verify.HistoryChecker;
import io.forelog.loadgen.verify.KeyNames;
import io.forelog.loadgen.verify.RunValues;
import io.forelog.loadgen.verify.Verdict;
import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/** Reads a whole log back, and a sample of its records one by one, to compare them with what was acknowledged. */
final class LogReader {

    private static final int RUN_RECORDS_MAX = 1_000;
    private static final int SAMPLE_MAX = 1_000;

    private final ForelogClient client;
    private final String log;
    private final AppendHistory history;
    private final RunValues values;

    LogReader(ForelogClient client, String log, AppendHistory history, RunValues values) {
        this.client = client;
        this.log = log;
        this.history = history;
        this.values = values;
    }

    /**
     * Reads every record of every shard and returns the verdict. Blocks.
     *
     * @param progress told how many records were read so far
     * @throws ForelogClientException if the log cannot be read
     */
    Verdict verdict(LongConsumer progress) {
        var checker = new HistoryChecker(history, values, KeyNames.PADDED);
        var shards = client.shards(log).await().stream()
                .filter(shard -> !shard.state().equals("DELETED"))
                .sorted(Comparator.comparingInt(ShardInfo::shard))
                .toList();
        long read = 0;
        for (var shard : shards) {
            long from = shard.startOffset();
            while (from < shard.highWatermark()) {
                var run = client.run(log, shard.shard(), from, RUN_RECORDS_MAX, Duration.ZERO)
                        .await();
                run.records().forEach(found -> checker.accept(found.address(), found.key(), found.value()));
                if (run.nextOffset() <= from) {
                    break;
                }
                from = run.nextOffset();
                read += run.records().size();
                progress.accept(read);
            }
        }
        return checker.verdict();
    }

    /** What reading single records by their addresses came to. */
    record Sample(int reads, int faults) {}

    /** Reads some acknowledged records by their addresses, through all caches. Blocks. */
    Sample sample(RandomGenerator random) {
        int reads = 0;
        int faults = 0;
        int wanted = Math.min(SAMPLE_MAX, history.records());
        for (int i = 0; i < wanted; i++) {
            int number = random.nextInt(history.records());
            if (history.outcome(number) == AppendHistory.Outcome.ACKNOWLEDGED) {
                reads++;
                faults += isThere(number) ? 0 : 1;
            }
        }
        return new Sample(reads, faults);
    }

    private boolean isThere(int number) {
        try {
            var address = new RecordAddress(history.shard(number), history.offset(number));
            var answer = client.read(log, address).await();
            return Arrays.equals(values.value(number), answer.value().getBytes());
        } catch (ForelogClientException e) {
            // Whatever the reason: an acknowledged record that cannot be read is a fault.
            return false;
        }
    }
}
