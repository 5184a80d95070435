package io.forelog.simulation.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatchBuilder;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ShardFileTest {

    private static final int BITS = 128;

    /** Whichever bit it was. */
    @Test
    void aDamagedBatchOutlivesTheLossOfTheNextOneAndEndsTheLogWhenItIsRecovered() {
        for (int bit = 0; bit < BITS; bit++) {
            var file = new ShardFile("shard", new SimulatedArchive(UnaryOperator.identity()));
            for (int offset = 0; offset < 3; offset++) {
                file.add(RecordBatchBuilder.of(List.of(record(offset))).withBaseOffset(offset, 1));
            }
            file.flip(1, bit);

            file.crash(2);
            assertThat(file.end()).as("with bit %d flipped", bit).isEqualTo(2);

            file.recover();
            assertThat(file.end()).as("with bit %d flipped", bit).isEqualTo(1);
        }
    }

    private static LogRecord record(int offset) {
        return new LogRecord(new byte[] {1}, new byte[] {(byte) offset, 2, 3}, List.of(), 1_000 + offset);
    }
}
