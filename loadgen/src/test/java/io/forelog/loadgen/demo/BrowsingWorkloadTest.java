package io.forelog.loadgen.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BrowsingWorkloadTest {

    @Test
    void theSameSeedGivesTheSameReads() {
        assertThat(BrowsingWorkload.trace(1, 50, 500).keys())
                .isEqualTo(BrowsingWorkload.trace(1, 50, 500).keys());
        assertThat(BrowsingWorkload.trace(1, 50, 500).keys())
                .isNotEqualTo(BrowsingWorkload.trace(2, 50, 500).keys());
    }

    @Test
    void readsAreInTimeOrderOfManyVisitorsAndKnownPages() {
        var trace = BrowsingWorkload.trace(1, 50, 5_000);

        assertThat(trace.times()).isSorted();
        assertThat(Arrays.stream(trace.clients()).distinct().count()).isGreaterThan(100);
        assertThat(Arrays.stream(trace.keys())).allMatch(page -> page >= 0 && page < 50);
    }
}
