package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OwnerLatenciesTest {

    private static final long NEAR = TimeUnit.MICROSECONDS.toNanos(200);
    private static final long FAR = TimeUnit.MILLISECONDS.toNanos(20);

    private final OwnerLatencies latencies = new OwnerLatencies(System::nanoTime);

    @Test
    void nearAndFarNodesAreToldApart() {
        for (int i = 0; i < 100; i++) {
            latencies.record("near", NEAR);
            latencies.record("far", FAR);
        }

        assertThat(latencies.expectedNanos("near")).isCloseTo(NEAR, within(1.0));
        assertThat(latencies.expectedNanos("far")).isCloseTo(FAR, within(1.0));
        assertThat(latencies.all.count()).isEqualTo(200);
    }

    @Test
    void nothingIsExpectedOfPlaceThatIsNotKnown() {
        for (int i = 0; i < 100; i++) {
            latencies.record("known", NEAR);
        }

        assertThat(latencies.expectedNanos("unknown")).isZero();
    }

    @Test
    void placesBeyondTheBoundShareOneTrack() {
        for (int i = 0; i < 2 * OwnerLatencies.PLACES_MAX; i++) {
            latencies.record("node-" + i, NEAR);
        }

        assertThat(latencies.at("one more")).isSameAs(latencies.at("and another"));
    }
}
