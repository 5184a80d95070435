package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrefetchQueueTest {

    private final PrefetchQueue queue = new PrefetchQueue(3);

    @Test
    void bestGuessComesFirst() {
        queue.offer(1, 0.2f, 0, 0);
        queue.offer(2, 0.9f, 0, 0);
        queue.offer(3, 0.5f, 0, 0);

        assertThat(queue.bestKey()).isEqualTo(2);
        queue.removeBest();
        assertThat(queue.bestKey()).isEqualTo(3);
    }

    @Test
    void worstGuessMakesRoomForABetterOneOnly() {
        queue.offer(1, 0.2f, 0, 0);
        queue.offer(2, 0.9f, 0, 0);
        queue.offer(3, 0.5f, 0, 0);

        assertThat(queue.offer(4, 0.1f, 0, 0)).isFalse();
        assertThat(queue.offer(5, 0.3f, 0, 0)).isTrue();
        assertThat(queue.contains(1)).isFalse();
        assertThat(queue.contains(5)).isTrue();
    }

    @Test
    void guessMadeAgainIsQueuedOnceWithItsBetterScore() {
        queue.offer(1, 0.6f, 11, 0);
        queue.offer(1, 0.2f, 12, 5);

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.bestScore()).isEqualTo(0.6f);
        assertThat(queue.bestTag()).isEqualTo(11);
    }

    @Test
    void staleGuessesAreDroppedAndCounted() {
        queue.offer(1, 0.6f, 0, 10);
        queue.offer(2, 0.7f, 0, 20);

        queue.dropBefore(15);

        assertThat(queue.contains(1)).isFalse();
        assertThat(queue.contains(2)).isTrue();
        assertThat(queue.stale()).isEqualTo(1);
    }
}
