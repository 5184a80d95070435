package io.forelog.cache;

import static io.forelog.cache.PathFixture.at;
import static io.forelog.cache.PathFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongFunction;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is learnt of replicas, under a time that stands still unless told. */
class OwnerReadsTest {

    private static final Duration USUAL = Duration.ofMillis(4);
    private static final Duration LATE = USUAL.plus(USUAL);
    private static final Duration GIVEN_UP = Duration.ofMillis(100);

    private final ManualTime time = new ManualTime();
    private final PathFixture fixture = new PathFixture(ReadPathConfig.of("here"), time);
    private final TestOwner owner = fixture.owner;
    private long next;

    @BeforeEach
    void hold() {
        fixture.policy = new FillPolicy(false, false, false);
        owner.hold();
    }

    private void read(int times, Duration each, LongFunction<CompletableFuture<?>> reader) {
        for (int i = 0; i < times; i++) {
            var read = reader.apply(next += 10);
            time.advance(each);
            owner.endHeld();
            value(read);
        }
    }

    private CompletableFuture<?> one(long offset) {
        return fixture.path.read(at(offset)).toCompletableFuture();
    }

    private CompletableFuture<?> two(long offset) {
        return fixture.path.readAll(List.of(at(offset), at(offset + 1))).toCompletableFuture();
    }

    @Test
    void replicaThatDidNotAnswerIsNotTakenForSlow() {
        read(100, USUAL, this::one);
        owner.retriedAt = "other";
        read(40, GIVEN_UP, this::one);
        owner.retriedAt = null;
        owner.elsewhere = () -> CompletableFuture.completedFuture(TestOwner.recordAt(at(9)));

        var late = one(9);
        time.advance(LATE);

        assertThat(late).isDone();
        assertThat(fixture.path.stats().ownerMeanNanos()).isLessThan(LATE.toNanos());
    }

    @Test
    void replicaThatDidNotAnswerForManyIsNotTakenForSlow() {
        read(100, USUAL, this::two);
        owner.retriedAt = "other";
        read(40, GIVEN_UP, this::two);
        owner.retriedAt = null;
        owner.allElsewhere = TestOwner::tellAll;

        var late = two(1);
        time.advance(LATE);

        assertThat(late).isDone();
    }

    @Test
    void failureTeachesNothing() {
        read(100, USUAL, this::one);
        double mean = fixture.path.stats().ownerMeanNanos();
        owner.failure = new IllegalStateException("told to fail");
        for (int i = 0; i < 40; i++) {
            var read = one(next += 10);
            owner.endHeld();
            assertThat(read).isCompletedExceptionally();
        }

        assertThat(fixture.path.stats().ownerMeanNanos()).isEqualTo(mean);
    }
}
