package io.forelog.loadgen.client;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How records are gathered into batches.
 *
 * @param recordsMax of one batch; the server refuses more than its {@code http.batchRecordsMax}
 * @param bytesMax of keys and values in one batch, which one record may go past; too high makes requests that the
 *     server refuses as too large
 * @param linger how long the first record of a batch waits for others, if nothing else is under way; zero sends at once
 * @param pendingBytesMax what may wait to be sent or acknowledged before {@code send} waits; too low empties the pipe
 * @param ack {@code leader}, {@code quorum}, {@code all} or {@code caches}; null for the log's own
 */
public record ProducerOptions(
        int recordsMax,
        int bytesMax,
        Duration linger,
        long pendingBytesMax,
        @Nullable String ack) {

    /** 10,000 records or 256 KiB a batch, 2 ms of linger, 16 MiB pending, the log's own acknowledgement. */
    public static final ProducerOptions DEFAULT =
            new ProducerOptions(10_000, 256 << 10, Duration.ofMillis(2), 16L << 20, null);

    public ProducerOptions {
        if (recordsMax < 1 || bytesMax < 1 || pendingBytesMax < bytesMax || linger.isNegative()) {
            throw new IllegalArgumentException(
                    "recordsMax and bytesMax are at least 1, pendingBytesMax at least bytesMax and"
                            + " linger not negative: " + recordsMax + ", " + bytesMax + ", " + pendingBytesMax + ", "
                            + linger);
        }
    }

    public ProducerOptions withLinger(Duration linger) {
        return new ProducerOptions(recordsMax, bytesMax, linger, pendingBytesMax, ack);
    }

    public ProducerOptions withRecordsMax(int recordsMax) {
        return new ProducerOptions(recordsMax, bytesMax, linger, pendingBytesMax, ack);
    }

    public ProducerOptions withAck(@Nullable String ack) {
        return new ProducerOptions(recordsMax, bytesMax, linger, pendingBytesMax, ack);
    }
}
