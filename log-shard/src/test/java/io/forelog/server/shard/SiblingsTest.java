package io.forelog.server.shard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SiblingsTest {

    private static final long COMMIT = 1_000_000;

    private final Siblings siblings = new Siblings();
    private long now;

    @Test
    void oneCallerAloneNeverWaits() {
        for (int round = 0; round < 100; round++) {
            commit(1, 0);
            assertThat(siblings.waitNanos(1, now)).isZero();
        }
    }

    @Test
    void batchWaitsForThoseJustAnsweredAndLeavesWithTheLastOfThem() {
        warm();
        commit(3, 1);
        assertThat(siblings.waitNanos(1, now)).isPositive();
        assertThat(siblings.waitNanos(3, now)).isPositive();
        assertThat(siblings.waitNanos(4, now)).isZero();
    }

    @Test
    void batchWaitsNoLongerThanACommitTakes() {
        warm();
        commit(4, 0);
        assertThat(siblings.waitNanos(1, now)).isBetween(1L, COMMIT);
        now += COMMIT;
        assertThat(siblings.waitNanos(1, now)).isZero();
    }

    @Test
    void slowCommitsAreNotWaitedForWhole() {
        for (int round = 0; round < 50; round++) {
            siblings.committed(1, 0, 100 * COMMIT, now);
            siblings.waitNanos(1, now);
        }
        siblings.committed(4, 0, 100 * COMMIT, now);
        assertThat(siblings.waitNanos(1, now)).isEqualTo(Siblings.WAIT_NANOS_MAX);
    }

    @Test
    void callersThatDoNotComeBackAreHardlyEverWaitedFor() {
        warm();
        int waits = 0;
        for (int round = 0; round < 2000; round++) {
            commit(4, 0);
            if (siblings.waitNanos(1, now) > 0) {
                waits++;
                now += COMMIT;
                assertThat(siblings.waitNanos(1, now)).isZero();
            }
        }
        assertThat(waits).isBetween(1, 20);
    }

    @Test
    void callersThatComeBackAgainAreWaitedForAgain() {
        callersThatDoNotComeBackAreHardlyEverWaitedFor();
        int full = 0;
        for (int round = 0; round < 1000; round++) {
            commit(4, 0);
            if (siblings.waitNanos(1, now) > 0) {
                assertThat(siblings.waitNanos(4, now)).isZero();
                full++;
            }
        }
        assertThat(full).isGreaterThan(700);
    }

    private void warm() {
        for (int round = 0; round < 50; round++) {
            commit(1, 0);
            siblings.waitNanos(1, now);
        }
    }

    private void commit(int answered, int waiting) {
        now += COMMIT;
        siblings.committed(answered, waiting, COMMIT, now);
    }
}
