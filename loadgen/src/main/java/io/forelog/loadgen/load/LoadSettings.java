package io.forelog.loadgen.load;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.verify.RunValues;
import java.time.Duration;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a load does.
 *
 * @param workload what is asked
 * @param log the log it is asked of; created if there is none
 * @param rate operations a second of an open loop; 0 for a closed loop
 * @param clients operations under way at most: of a closed loop always so many, of an open loop the bound
 * @param warmup first part of the run, whose latencies do not count
 * @param duration measured part of the run
 * @param valueBytes length of each value
 * @param batch records of one append
 * @param keys how many distinct keys are appended, or distinct records read
 * @param distribution how keys are drawn, see {@link KeyDistribution#parse}
 * @param period how long a hot spot stays or a day lasts
 * @param readShare of a mixed load, which part of the operations are reads, in 0 to 1
 * @param format how appends are sent
 * @param ack overrides the log's own acknowledgement; null not to
 * @param verify whether all is read back and compared at the end
 * @param seed of all random choices
 */
public record LoadSettings(
        Workload workload,
        String log,
        double rate,
        int clients,
        Duration warmup,
        Duration duration,
        int valueBytes,
        int batch,
        int keys,
        String distribution,
        Duration period,
        double readShare,
        AppendFormat format,
        @Nullable String ack,
        boolean verify,
        long seed) {

    private static final Pattern LOG = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public LoadSettings {
        if (!LOG.matcher(log).matches()) {
            throw new IllegalArgumentException("log is a name of letters, digits and ._-, all small, not " + log);
        }
        atLeast(1, clients, "clients");
        atLeast(1, batch, "batch");
        atLeast(1, keys, "keys");
        atLeast(0, valueBytes, "value-bytes");
        if (!(rate >= 0) || Double.isInfinite(rate)) {
            throw new IllegalArgumentException("rate is 0 or more a second, not " + rate);
        }
        if (!duration.isPositive() || warmup.isNegative() || !period.isPositive()) {
            throw new IllegalArgumentException(
                    "durations are positive, not " + duration + ", " + warmup + ", " + period);
        }
        if (!(readShare >= 0 && readShare <= 1)) {
            throw new IllegalArgumentException("read-share is 0 to 1, not " + readShare);
        }
        if (batch > format.recordsMax()) {
            throw new IllegalArgumentException("format " + format + " carries one record a request, not " + batch);
        }
        if (verify && valueBytes < RunValues.TAG_BYTES) {
            throw new IllegalArgumentException("verify needs value-bytes of at least " + RunValues.TAG_BYTES
                    + ", for each value carries its record's number, not " + valueBytes);
        }
        KeyDistribution.parse(distribution, keys, period);
    }

    private static void atLeast(int least, int value, String name) {
        if (value < least) {
            throw new IllegalArgumentException(name + " is at least " + least + ", not " + value);
        }
    }

    boolean isOpenLoop() {
        return rate > 0;
    }

    KeyDistribution keyDistribution() {
        return KeyDistribution.parse(distribution, keys, period);
    }
}
