package io.forelog.cache;

import static io.forelog.cache.PathFixture.assertPending;
import static io.forelog.cache.PathFixture.at;
import static io.forelog.cache.PathFixture.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.forelog.cache.Answer.Detail;
import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.OverloadedException;
import io.forelog.record.GlobalAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ReadPathTest {

    private final PathFixture fixture = new PathFixture();
    private final ReadPath path = fixture.path;

    @Test
    void recordIsAnsweredByTheNearestThatHasIt() {
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.SHARD);
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.LOCAL);
        fixture.local.clear();
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.REGIONAL);
        fixture.local.clear();
        fixture.regional.values.clear();
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.GLOBAL);

        assertThat(fixture.owner.reads()).isOne();
    }

    @Test
    void eachTierTellsWhatItsHitsSaved() {
        fixture.owner.hold();
        var late = path.read(at(1));
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        fixture.owner.release();
        value(late);
        fixture.local.clear();

        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.REGIONAL);
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.LOCAL);

        assertThat(fixture.stats(AnsweredBy.REGIONAL).savedNanos()).isPositive();
        assertThat(path.stats().localSavedNanos()).isPositive();
    }

    @Test
    void hitOfFartherTierFillsTheNearerOnes() {
        fixture.read(at(1));
        fixture.local.clear();
        fixture.regional.values.clear();

        fixture.read(at(1));

        assertThat(fixture.regional.values).containsOnlyKeys(at(1));
        assertThat(path.local(at(1))).isNotNull();
    }

    @Test
    void replicaAtHandIsAskedBeforeTheSharedTiersAndNotCopiedIntoThem() {
        fixture.owner.local = true;

        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.SHARD);

        assertThat(fixture.regional.gets).hasValue(0);
        assertThat(fixture.regional.values).isEmpty();
    }

    @Test
    void replicaAtHandIsAskedLastIfTheTiersComeFirst() {
        var tiersFirst = new PathFixture(ReadPathConfig.of("here").withOrder(ReadOrder.TIERS_FIRST));
        tiersFirst.owner.local = true;

        tiersFirst.read(at(1));
        tiersFirst.local.clear();

        assertThat(tiersFirst.read(at(1)).by()).isEqualTo(AnsweredBy.REGIONAL);
        assertThat(tiersFirst.owner.reads()).isOne();
    }

    @Test
    void thousandReadersOfOneColdRecordCostOneReadOfTheOwner() throws Exception {
        int readers = 1_000;
        fixture.owner.hold();
        var ready = new CountDownLatch(readers);
        var answers = new ArrayList<CompletableFuture<CompletionStage<Answer>>>();
        for (int i = 0; i < readers; i++) {
            var asked = new CompletableFuture<CompletionStage<Answer>>();
            answers.add(asked);
            Thread.startVirtualThread(() -> {
                ready.countDown();
                asked.complete(path.read(at(5)));
            });
        }
        ready.await();
        var asked = answers.stream().map(CompletableFuture::join).toList();

        fixture.owner.release();

        var details = asked.stream().map(answer -> value(answer).detail()).toList();
        assertThat(fixture.owner.reads()).isOne();
        assertThat(details).filteredOn(detail -> detail == Detail.JOINED).hasSize(readers - 1);
        assertThat(path.stats().fetchesUnderWay()).isZero();
    }

    @Test
    void readJoinsThePrefetchThatIsUnderWay() {
        fixture.owner.hold();
        var prefetch = path.prefetch(at(1));
        var read = path.read(at(1));
        assertPending(read);

        fixture.owner.release();

        assertThat(value(prefetch)).isEqualTo(PrefetchResult.FETCHED);
        assertThat(value(read).detail()).isEqualTo(Detail.JOINED);
        assertThat(fixture.owner.reads()).isOne();
        assertThat(fixture.read(at(1)).detail()).as("it was used already").isEqualTo(Detail.NONE);
        assertThat(path.stats().joinedPrefetches()).isOne();
    }

    @Test
    void firstHitOfPrefetchedRecordSaysSo() {
        fixture.owner.local = true;
        value(path.prefetch(at(1)));

        assertThat(fixture.read(at(1)).detail()).isEqualTo(Detail.PREFETCHED);
        assertThat(fixture.read(at(1)).detail()).isEqualTo(Detail.NONE);
        assertThat(fixture.regional.values).as("a prefetch is for the region").containsOnlyKeys(at(1));
    }

    @Test
    void prefetchOfWhatIsThereOrUnderWayFetchesNothing() {
        fixture.read(at(1));
        fixture.owner.hold();
        var read = path.read(at(2));

        assertThat(value(path.prefetch(at(1)))).isEqualTo(PrefetchResult.PRESENT);
        assertThat(value(path.prefetch(at(2)))).isEqualTo(PrefetchResult.UNDER_WAY);

        fixture.owner.release();
        value(read);
        assertThat(fixture.owner.reads()).isEqualTo(2);
    }

    /**
     * A guess may be fetched just before the record it guessed is committed; a reader that comes after must find it.
     */
    @Test
    void readerWhoJoinsFetchThatBeganBeforeTheCommitStillFindsTheRecord() {
        fixture.owner.highWatermark = 10;
        fixture.owner.hold();
        var early = path.read(at(10));
        fixture.owner.highWatermark = 11;
        var late = path.read(at(10));

        fixture.owner.release();

        assertThatThrownBy(() -> value(early)).isInstanceOf(NoSuchRecordException.class);
        Records.assertRight(at(10), value(late).record());
    }

    @Test
    void absenceIsNotRemembered() {
        fixture.owner.highWatermark = 10;
        assertThatThrownBy(() -> fixture.read(at(10))).isInstanceOf(NoSuchRecordException.class);

        fixture.owner.highWatermark = 11;

        assertThat(fixture.read(at(10)).by()).isEqualTo(AnsweredBy.SHARD);
    }

    @Test
    void manyReadersOfMissingRecordCostTwoReadsOfTheOwner() {
        fixture.owner.highWatermark = 10;
        fixture.owner.hold();
        var readers = LongStream.range(0, 500).mapToObj(i -> path.read(at(10))).toList();

        fixture.owner.endHeld();
        fixture.owner.endHeld();

        readers.forEach(reader -> assertThatThrownBy(() -> value(reader)).isInstanceOf(NoSuchRecordException.class));
        assertThat(fixture.owner.reads()).isEqualTo(2);
        assertThat(path.stats().fetchesUnderWay()).isZero();
    }

    @Test
    void batchAsksEachTierOnceAndTheOwnerOnce() {
        var addresses = LongStream.range(0, 100).mapToObj(PathFixture::at).toList();
        fixture.read(at(0));
        fixture.read(at(1));
        fixture.local.remove(at(1));
        int puts = fixture.regional.puts.get();

        var outcomes = value(path.readAll(addresses));

        assertThat(by(outcomes, 0)).isEqualTo(AnsweredBy.LOCAL);
        assertThat(by(outcomes, 1)).isEqualTo(AnsweredBy.REGIONAL);
        assertThat(by(outcomes, 99)).isEqualTo(AnsweredBy.SHARD);
        assertThat(fixture.regional.batchGets).hasValue(1);
        assertThat(fixture.global.batchGets).hasValue(1);
        assertThat(fixture.owner.batchReads).hasValue(1);
        assertThat(fixture.regional.puts.get() - puts).isOne();
        assertThat(fixture.regional.values).hasSize(100);
    }

    @Test
    void batchGivesEachAddressItsOwnOutcomeInTheOrderAsked() {
        fixture.owner.highWatermark = 10;
        var addresses = List.of(at(3), at(12), at(3), at(0), at(11));

        var outcomes = value(path.readAll(addresses));

        assertThat(outcomes).hasSize(5);
        for (int i : new int[] {0, 2, 3}) {
            var found = (Outcome.Found<Answer>) outcomes.get(i);
            Records.assertRight(addresses.get(i), found.value().record());
        }
        for (int i : new int[] {1, 4}) {
            var failed = (Outcome.Failed<Answer>) outcomes.get(i);
            assertThat(failed.cause()).isInstanceOf(NoSuchRecordException.class);
        }
        assertThat(fixture.owner.reads()).isEqualTo(4);
    }

    @Test
    void batchOfNothingIsNothing() {
        assertThat(value(path.readAll(List.of()))).isEmpty();
        assertThat(value(path.prefetchAll(List.of()))).isEmpty();
    }

    @Test
    void fetchesBeyondTheBoundAreRefusedAndPrefetchesStopAtHalfOfIt() {
        var config = ReadPathConfig.of("here");
        var small = new PathFixture(new ReadPathConfig(
                config.region(), config.order(), config.tiersDeadline(), config.ownerDeadline(), 4, 0));
        small.owner.hold();
        var prefetches = small.path.prefetchAll(List.of(at(0), at(1), at(2)));
        var reads = List.of(small.path.read(at(3)), small.path.read(at(4)), small.path.read(at(5)));

        small.owner.release();

        assertThat(value(prefetches).get(1)).isInstanceOf(Outcome.Found.class);
        assertThat(value(prefetches).get(2)).isInstanceOf(Outcome.Failed.class);
        Records.assertRight(at(4), value(reads.get(1)).record());
        assertThatThrownBy(() -> value(reads.get(2))).isInstanceOf(OverloadedException.class);
        assertThat(small.path.stats().fetchesRefused()).isEqualTo(2);
        assertThat(small.read(at(5)).by()).isEqualTo(AnsweredBy.SHARD);
    }

    @Test
    void ownerThatDoesNotAnswerFailsTheReadAtTheDeadline() {
        var config = ReadPathConfig.of("here");
        var impatient = new PathFixture(new ReadPathConfig(
                config.region(), config.order(), Duration.ofMillis(10), Duration.ofMillis(50), 100, 0));
        impatient.owner.hold();

        assertThatThrownBy(() -> value(impatient.path.read(at(1)))).isInstanceOf(NoLeaderException.class);
        assertThat(impatient.path.stats().fetchesUnderWay()).isZero();
    }

    @Test
    void ownerThatTookItsWholeDeadlineIsStillMadeUpForByATier() {
        var time = new ManualTime();
        var config = ReadPathConfig.of("here");
        var late = new PathFixture(config, time);
        late.read(at(1));
        late.local.clear();
        late.regional.mood = InMemoryTier.Mood.HANGING;
        late.global.mood = InMemoryTier.Mood.HANGING;
        late.owner.hold();
        late.owner.failure = new NoLeaderException("told to have none");
        var read = late.path.read(at(1));
        time.advance(config.tiersDeadline());
        assertThat(late.owner.heldReads()).isOne();
        late.global.mood = InMemoryTier.Mood.WELL;

        time.advance(config.ownerDeadline());
        late.owner.release();
        time.advance(config.tiersDeadline());

        assertThat(value(read).by()).isEqualTo(AnsweredBy.GLOBAL);
    }

    @Test
    void cancellingOneReadersStageDisturbsNoOther() {
        fixture.owner.hold();
        var first = path.read(at(1)).toCompletableFuture();
        var second = path.read(at(1)).toCompletableFuture();

        first.cancel(true);
        second.complete(new Answer(TestOwner.recordAt(at(9)), AnsweredBy.LOCAL, Detail.NONE));
        var third = path.read(at(1));
        fixture.owner.release();

        Records.assertRight(at(1), value(third).record());
        assertThat(fixture.read(at(1)).by()).isEqualTo(AnsweredBy.LOCAL);
    }

    @Test
    void logWhoseRecordsAreReadOnceIsNotCopied() {
        fixture.policy = new FillPolicy(true, false, false);

        fixture.read(at(1));

        assertThat(fixture.regional.values).isEmpty();
        assertThat(fixture.global.values).isEmpty();
    }

    @Test
    void onlyCriticalLogsGoIntoTheGlobalTierUnlessSeveralRegionsReadThem() {
        fixture.policy = FillPolicy.DEFAULT;
        fixture.read(at(1));
        assertThat(fixture.regional.values).containsOnlyKeys(at(1));
        assertThat(fixture.global.values).isEmpty();

        for (int i = 0; i < 5; i++) {
            path.servedTo("there", at(1), TestOwner.recordAt(at(1)));
        }
        assertThat(fixture.global.values).as("one region, however often").isEmpty();
        path.servedTo("elsewhere", at(1), TestOwner.recordAt(at(1)));

        assertThat(fixture.global.values).containsOnlyKeys(at(1));
    }

    @Test
    void readsAreCountedByShardAndTier() {
        fixture.read(at(1));
        fixture.read(at(1));
        fixture.read(new GlobalAddress(77, 4, 1));

        assertThat(path.stats().shards())
                .containsExactlyInAnyOrder(new ShardReads(77, 3, 1, 0, 0, 1), new ShardReads(77, 4, 0, 0, 0, 1));
        assertThat(path.stats().localHits()).isOne();
        assertThat(path.stats().localMisses()).isEqualTo(2);
    }

    private static AnsweredBy by(List<Outcome<Answer>> outcomes, int index) {
        return ((Outcome.Found<Answer>) outcomes.get(index)).value().by();
    }
}
