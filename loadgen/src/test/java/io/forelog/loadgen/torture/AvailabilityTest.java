package io.forelog.loadgen.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.RecordAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    private static final long SECOND = 1_000_000_000;

    private long now;

    @Test
    void aSecondWithoutAnAppendCountsAgainstAShardThatIsOpen() {
        var availability = new Availability(() -> now);
        append(availability, 0, 0);
        append(availability, 1, 0);
        append(availability, 1, 1);
        append(availability, 3, 0);
        now = 4 * SECOND;
        availability.end();
        append(availability, 5, 1);

        var shares = availability.shares(List.of(0));

        assertThat(shares).containsEntry(0, 0.75).containsEntry(1, 1.0);
    }

    private void append(Availability availability, int second, int shard) {
        now = second * SECOND;
        availability.appended(List.of(new RecordAddress(shard, 0)));
    }
}
