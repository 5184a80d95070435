package io.forelog.cache;

import static io.forelog.cache.PathFixture.at;
import static io.forelog.cache.PathFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.InMemoryTier.Mood;
import io.forelog.cache.WriteThrough.Result;
import io.forelog.error.NoLeaderException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tiers in trouble, by knobs; the real ones in real trouble are in the tests of their packages. */
class PathFaultTest {

    private final PathFixture fixture = new PathFixture();

    /** Here no tier is skipped for being slower than an owner that answers at once. */
    private final PathFixture tiersFirst = tiersFirst();

    private static PathFixture tiersFirst() {
        var fixture = new PathFixture(ReadPathConfig.of("here").withOrder(ReadOrder.TIERS_FIRST));
        fixture.owner.local = true;
        return fixture;
    }

    @Test
    void failingTierFailsNoReadAndIsCutOff() {
        tiersFirst.regional.mood = Mood.FAILING;

        for (int i = 0; i < 200; i++) {
            tiersFirst.read(at(i));
        }

        assertThat(tiersFirst.regional.gets.get())
                .as("calls before the breaker opened, and probes")
                .isLessThan(40);
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).unavailable()).isPositive();
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).lastError()).contains("told to fail");
    }

    @ParameterizedTest
    @EnumSource(names = {"HANGING", "SLOW"})
    void tierThatDoesNotAnswerIsWaitedForByFewReads(Mood mood) {
        tiersFirst.regional.mood = mood;
        long waited = 0;

        for (int i = 0; i < 200; i++) {
            var read = tiersFirst.path.read(at(i));
            waited += read.toCompletableFuture().isDone() ? 0 : 1;
            Records.assertRight(at(i), value(read).record());
        }

        assertThat(waited).isBetween(1L, 20L);
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).breaker()).isNotEqualTo("CLOSED");
    }

    @Test
    void tierThatIsSlowerThanTheOwnerIsSkippedButStillFilled() {
        fixture.regional.mood = Mood.LAGGING;

        for (int i = 0; i < 300; i++) {
            fixture.read(at(i));
        }

        assertThat(fixture.regional.gets.get()).isLessThan(150);
        assertThat(fixture.stats(AnsweredBy.REGIONAL).skipped()).isGreaterThan(150);
        await().atMost(Duration.ofSeconds(5)).until(() -> fixture.regional.values.size() == 300);
    }

    @Test
    void readsOfManyAloneTeachThatTierIsSlowerThanTheOwner() {
        fixture.regional.mood = Mood.LAGGING;

        for (int i = 0; i < 200; i++) {
            value(fixture.path.readAll(LongStream.range(10L * i, 10L * i + 10)
                    .mapToObj(PathFixture::at)
                    .toList()));
        }

        assertThat(fixture.regional.batchGets.get()).isLessThan(100);
        assertThat(fixture.stats(AnsweredBy.REGIONAL).skipped()).isGreaterThan(1_000);
    }

    @Test
    void tierThatIsWellAgainIsUsedAgainByItself() {
        tiersFirst.regional.mood = Mood.FAILING;
        for (int i = 0; i < 50; i++) {
            tiersFirst.read(at(i));
        }
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).breaker()).isEqualTo("OPEN");

        tiersFirst.regional.mood = Mood.WELL;

        await().atMost(Duration.ofSeconds(5)).until(() -> {
            tiersFirst.local.clear();
            return tiersFirst.read(at(1)).by() == AnsweredBy.REGIONAL;
        });
    }

    @Test
    void noReadWaitsForProbeOfHangingTier() {
        tiersFirst.regional.mood = Mood.HANGING;
        for (int i = 0; i < 20; i++) {
            tiersFirst.read(at(i));
        }
        int asked = tiersFirst.regional.gets.get();

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            tiersFirst.local.clear();
            assertThat(tiersFirst.path.read(at(2)).toCompletableFuture()).isDone();
            return tiersFirst.regional.gets.get() > asked + 2;
        });
    }

    @Test
    void fullTierStillAnswersReads() {
        tiersFirst.read(at(1));
        tiersFirst.regional.mood = Mood.FULL;
        for (int i = 2; i < 100; i++) {
            tiersFirst.read(at(i));
        }

        tiersFirst.local.clear();

        assertThat(tiersFirst.read(at(1)).by()).isEqualTo(AnsweredBy.REGIONAL);
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).writeBreaker()).isEqualTo("OPEN");
        assertThat(tiersFirst.stats(AnsweredBy.REGIONAL).putErrors()).isPositive();
    }

    @Test
    void alteredAndMisplacedValuesAreMissesAndGo() {
        fixture.read(at(1));
        fixture.read(at(2));
        var altered = fixture.regional.values.get(at(1)).clone();
        altered[altered.length - 1] ^= 1;
        fixture.regional.values.put(at(1), altered);
        fixture.regional.values.put(at(2), fixture.global.values.get(at(1)));
        fixture.local.clear();

        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.GLOBAL);
        assertThat(fixture.read(at(2)).by()).isEqualTo(AnsweredBy.GLOBAL);

        assertThat(fixture.stats(AnsweredBy.REGIONAL).corrupt()).isEqualTo(2);
        assertThat(fixture.regional.values.get(at(1))).isEqualTo(fixture.global.values.get(at(1)));
    }

    @Test
    void tierThatHasNotStartedIsNotAsked() {
        fixture.regional.state = TierState.STARTING;

        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.SHARD);

        assertThat(fixture.regional.gets).hasValue(0);
        assertThat(fixture.stats(AnsweredBy.REGIONAL).state()).isEqualTo(TierState.STARTING);
        assertThat(fixture.stats(AnsweredBy.REGIONAL).putsDropped()).isOne();
    }

    @Test
    void writeThroughTellsWhatEachTierDid() {
        var records = Map.of(at(1), TestOwner.recordAt(at(1)), at(2), TestOwner.recordAt(at(2)));
        var whole = value(fixture.path.committed(records, FillPolicy.CRITICAL));
        fixture.regional.mood = Mood.HANGING;
        fixture.global.state = TierState.STARTING;
        var record = TestOwner.recordAt(at(3));

        var troubled = value(fixture.path.committed(at(3), record, FillPolicy.CRITICAL));
        var notCritical = value(fixture.path.committed(at(3), record, FillPolicy.DEFAULT));

        assertThat(whole.byTier()).isEqualTo(Map.of(AnsweredBy.REGIONAL, Result.TOOK, AnsweredBy.GLOBAL, Result.TOOK));
        assertThat(whole.complete()).isTrue();
        assertThat(fixture.regional.values).containsOnlyKeys(at(1), at(2));
        assertThat(troubled.byTier())
                .isEqualTo(Map.of(AnsweredBy.REGIONAL, Result.FAILED, AnsweredBy.GLOBAL, Result.UNAVAILABLE));
        assertThat(troubled.complete()).isFalse();
        assertThat(notCritical.byTier()).containsEntry(AnsweredBy.GLOBAL, Result.NOT_ADMITTED);
    }

    @Test
    void tiersAnswerForShardThatCannot() {
        fixture.read(at(1));
        fixture.local.clear();
        fixture.owner.local = true;
        fixture.owner.failure = new NoLeaderException("told to have none");

        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.REGIONAL);
        assertThatThrownBy(() -> fixture.read(at(2))).isSameAs(fixture.owner.failure);
        var outcomes = value(fixture.path.readAll(List.of(at(1), at(2), at(3))));
        assertThat(outcomes.getFirst()).isInstanceOf(Outcome.Found.class);
        assertThat(outcomes.getLast()).isEqualTo(new Outcome.Failed<Answer>(fixture.owner.failure));
    }

    @Test
    void allTiersTogetherTakeNoMoreThanTheirCommonDeadline() {
        var config = ReadPathConfig.of("here");
        var hurried = new PathFixture(new ReadPathConfig(
                config.region(), config.order(), Duration.ofMillis(20), config.ownerDeadline(), 100, 0));
        hurried.regional.mood = Mood.HANGING;
        hurried.global.mood = Mood.HANGING;

        hurried.read(at(1));

        assertThat(hurried.global.gets).as("nothing was left for it").hasValue(0);
    }

    @Test
    void lateReadIsSentToSecondReplicaAndTheFirstRecordWins() {
        LongStream.range(0, 200).forEach(i -> fixture.read(at(i)));
        fixture.owner.hold();
        fixture.owner.elsewhere = () -> CompletableFuture.completedFuture(TestOwner.recordAt(at(1_000)));

        var answer = fixture.read(at(1_000));

        assertThat(answer.by()).isEqualTo(AnsweredBy.SHARD);
        assertThat(fixture.owner.heldReads()).isOne();
        // Counted by the thread that brought the answer, after it did.
        await().untilAsserted(() -> assertThat(fixture.path.stats().hedgesWon()).isOne());
    }

    @Test
    void hedgesAreBoundedShareOfReads() {
        LongStream.range(0, 200).forEach(i -> fixture.read(at(i)));
        fixture.owner.hold();
        fixture.owner.elsewhere = CompletableFuture::new;

        var reads = LongStream.range(1_000, 1_100)
                .mapToObj(i -> fixture.path.read(at(i)))
                .toList();
        await().atMost(Duration.ofSeconds(5)).until(() -> fixture.owner.readsElsewhere.get() >= 10);
        fixture.owner.release();
        reads.forEach(PathFixture::value);

        assertThat(fixture.path.stats().hedged()).isBetween(10L, 16L);
    }

    @Test
    void failureOfTheSecondReplicaIsNotTheReadersAnswer() {
        LongStream.range(0, 200).forEach(i -> fixture.read(at(i)));
        fixture.owner.hold();
        fixture.owner.elsewhere = () -> CompletableFuture.failedFuture(new IllegalStateException("lagging"));
        var read = fixture.path.read(at(1_000));
        await().atMost(Duration.ofSeconds(5)).until(() -> fixture.owner.readsElsewhere.get() == 1);

        fixture.owner.release();

        Records.assertRight(at(1_000), value(read).record());
        assertThat(fixture.path.stats().hedgesWon()).isZero();
    }
}
