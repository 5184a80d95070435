package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrefetchQueueTest {

    private final List<Long> dropped = new ArrayList<>();
    private final PrefetchQueue queue = new PrefetchQueue(3, dropped::add);

    @Test
    void bestGuessComesFirst() {
        queue.offer(1, 0.2f, 0);
        queue.offer(2, 0.9f, 0);
        queue.offer(3, 0.5f, 0);

        assertThat(queue.takeBest()).isEqualTo(2);
        assertThat(queue.takeBest()).isEqualTo(3);
        assertThat(queue.takeBest()).isEqualTo(1);
        assertThat(queue.bestScore()).isEqualTo(-1);
    }

    @Test
    void worstGuessMakesRoomForABetterOneOnly() {
        queue.offer(1, 0.2f, 0);
        queue.offer(2, 0.9f, 0);
        queue.offer(3, 0.5f, 0);

        queue.offer(4, 0.1f, 0);
        queue.offer(5, 0.3f, 0);

        assertThat(dropped).containsExactly(4L, 1L);
        assertThat(queue.contains(5)).isTrue();
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void guessMadeAgainIsQueuedOnceWithItsBetterScore() {
        queue.offer(1, 0.6f, 0);
        queue.offer(1, 0.2f, 5);

        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.bestScore()).isEqualTo(0.6f);
        assertThat(dropped).isEmpty();
    }

    @Test
    void staleGuessesAreDroppedAndCounted() {
        queue.offer(1, 0.6f, 10);
        queue.offer(2, 0.7f, 20);

        queue.dropBefore(15);

        assertThat(dropped).containsExactly(1L);
        assertThat(queue.contains(2)).isTrue();
        assertThat(queue.stale()).isEqualTo(1);
    }
}
