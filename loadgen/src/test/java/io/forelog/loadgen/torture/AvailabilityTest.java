package io.forelog.loadgen.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.RecordAddress;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AvailabilityTest {

    private static final long SECOND = 1_000_000_000;

    private long now;
    private final Availability availability = new Availability(() -> now);

    @Test
    void aSecondCountsAgainstAShardOnlyIfItWasAskedInIt() {
        append(0, 0, 0);
        append(1, 3, 0);
        append(0, 0, 1);
        append(9, 9, 1);

        assertThat(availability.shares()).containsEntry(0, 0.5).containsEntry(1, 1.0);
    }

    @Test
    void theLongestOutageIsTheLongestTimeWithoutAnAppendWhileOneWasOnItsWay() {
        append(0, 0, 0);
        append(20, 20, 0);
        append(21, 24, 0, 1);
        append(20, 25, 0);

        assertThat(availability.longestOutage()).hasValueSatisfying(outage -> {
            assertThat(outage.shard()).isZero();
            assertThat(outage.fromNanos()).isEqualTo(20 * SECOND);
            assertThat(outage.endNanos()).isEqualTo(24 * SECOND);
        });
    }

    @Test
    void whatComesAfterTheEndIsNotCounted() {
        append(0, 0, 0);
        availability.end();
        append(1, 9, 0, 1);

        assertThat(availability.shares()).containsOnlyKeys(0).containsEntry(0, 1.0);
    }

    private void append(int sent, int second, int... shards) {
        now = second * SECOND;
        var addresses = IntStream.of(shards)
                .mapToObj(shard -> new RecordAddress(shard, 0))
                .toList();
        availability.appended(List.copyOf(addresses), sent * SECOND);
    }
}
