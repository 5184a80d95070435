package io.forelog.server.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private final Breaker breaker = new Breaker();
    private long now = 1;

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void aPeerThatCannotBeReachedIsTriedAgainWithinTensOfMilliseconds() {
        breaker.failed(now);

        assertThat(breaker.admits(now)).isFalse();
        pass(20);
        assertThat(breaker.admits(now)).isTrue();
    }

    @Test
    void oneCallAtATimeTriesWhetherThePeerIsBack() {
        breaker.failed(now);
        pass(20);

        assertThat(breaker.admits(now)).isTrue();
        assertThat(breaker.admits(now)).isFalse();
        breaker.succeeded();
        assertThat(breaker.admits(now)).isTrue();
        assertThat(breaker.admits(now)).isTrue();
    }

    @Test
    void thePauseGrowsToASecondAndNotBeyond() {
        breaker.failed(now);
        for (int i = 0; i < 20; i++) {
            pass(1_000);
            assertThat(breaker.admits(now)).isTrue();
            breaker.failed(now);
        }

        pass(999);
        assertThat(breaker.admits(now)).isFalse();
        pass(1);
        assertThat(breaker.admits(now)).isTrue();
    }

    @Test
    void callsThatWaitedForOneConnectionCountAsOneFailure() {
        for (int i = 0; i < 50; i++) {
            breaker.failed(now);
        }

        pass(20);
        assertThat(breaker.admits(now)).isTrue();
    }
}
