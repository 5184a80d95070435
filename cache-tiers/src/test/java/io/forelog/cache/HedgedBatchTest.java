package io.forelog.cache;

import static io.forelog.cache.PathFixture.assertPending;
import static io.forelog.cache.PathFixture.at;
import static io.forelog.cache.PathFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.error.NoLeaderException;
import io.forelog.error.NoSuchRecordException;
import io.forelog.error.RecordExpiredException;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads of many records whose owner is late, under a time that stands still unless told. */
class HedgedBatchTest {

    private static final Duration USUAL = Duration.ofMillis(4);
    private static final int RECORDS = 10;

    /** More than the 99th percentile, and far below every deadline. */
    private static final Duration LATE = USUAL.plus(USUAL);

    private final ManualTime time = new ManualTime();
    private final PathFixture fixture = new PathFixture(ReadPathConfig.of("here"), time);
    private final TestOwner owner = fixture.owner;
    private long next;

    @BeforeEach
    void learnWhatIsUsual() {
        fixture.policy = new FillPolicy(false, false, false);
        owner.hold();
        for (int i = 0; i < 100; i++) {
            var read = readNext();
            time.advance(USUAL);
            owner.endHeld();
            value(read);
        }
        assertThat(fixture.path.stats().hedged()).isZero();
    }

    private CompletionStage<List<Outcome<Answer>>> readNext() {
        var addresses = addresses(next, RECORDS);
        next += RECORDS;
        return fixture.path.readAll(addresses);
    }

    private static List<GlobalAddress> addresses(long from, int count) {
        return LongStream.range(from, from + count).mapToObj(PathFixture::at).toList();
    }

    private void assertFound(List<Outcome<Answer>> outcomes, List<GlobalAddress> asked) {
        assertThat(outcomes).hasSameSizeAs(asked);
        for (int i = 0; i < asked.size(); i++) {
            var answer = ((Outcome.Found<Answer>) outcomes.get(i)).value();
            Records.assertRight(asked.get(i), answer.record());
        }
    }

    @Test
    void whatIsLateIsAskedOfAnotherReplicaInOneCallAndEachRecordIsCountedOnce() {
        owner.allElsewhere = TestOwner::tellAll;
        var asked = addresses(next, RECORDS);
        long reads = fixture.path.stats().ownerReads();
        var read = readNext();

        time.advance(USUAL.minusMillis(1));
        assertPending(read);
        time.advance(LATE.minus(USUAL));

        assertFound(value(read), asked);
        assertThat(owner.askedElsewhere).containsExactly(Set.copyOf(asked));
        var before = fixture.path.stats();
        assertThat(before.hedged()).isEqualTo(RECORDS);
        assertThat(before.hedgesWon()).isEqualTo(RECORDS);
        assertThat(before.ownerReads() - reads).isEqualTo(RECORDS);

        owner.release();

        assertThat(fixture.path.stats().shards()).isEqualTo(before.shards());
        assertThat(fixture.path.stats().ownerFailures()).isZero();
    }

    @Test
    void onlyWhatIsMissingIsAskedOfAnotherReplica() {
        owner.allElsewhere = TestOwner::tellAll;
        var asked = addresses(next, RECORDS);
        owner.heldFrom = next + 7;
        var read = readNext();

        time.advance(LATE);

        assertFound(value(read), asked);
        assertThat(owner.askedElsewhere).containsExactly(Set.copyOf(asked.subList(7, RECORDS)));
        assertThat(fixture.path.stats().hedged()).isEqualTo(3);
    }

    @Test
    void recordThatCameIsNotHeldBackByThoseThatAreLate() {
        var first = at(next);
        owner.heldFrom = next + 1;
        var all = readNext();

        assertThat(fixture.read(first).by()).isEqualTo(AnsweredBy.LOCAL);
        assertPending(all);
    }

    @Test
    void readerOfOneOfThemWaitsForTheSameFetch() {
        owner.allElsewhere = TestOwner::tellAll;
        var address = at(next);
        var all = readNext();
        var one = fixture.path.read(address);

        time.advance(LATE);

        value(all);
        Records.assertRight(address, value(one).record());
        assertThat(owner.readsByAddress.get(address).sum()).isOne();
        assertThat(fixture.path.stats().joined()).isOne();
    }

    @Test
    void nothingIsHedgedWithoutAnotherReplica() {
        var asked = addresses(next, RECORDS);
        var read = readNext();

        time.advance(LATE.multipliedBy(10));
        assertPending(read);
        owner.release();

        assertFound(value(read), asked);
        assertThat(fixture.path.stats().hedged()).isZero();
    }

    @Test
    void hedgesAreBoundedShareOfCallsWhateverTheirSize() {
        owner.allElsewhere = (addresses, reader) -> new CompletableFuture<>();

        for (int i = 0; i < 100; i++) {
            readNext();
        }
        time.advance(LATE);

        assertThat(owner.askedElsewhere).hasSize(HedgeBudget.BURST);
        for (int i = 0; i < 200; i++) {
            readNext();
            time.advance(LATE);
        }
        assertThat(owner.askedElsewhere).hasSizeBetween(HedgeBudget.BURST + 9, HedgeBudget.BURST + 10);
    }

    @Test
    void readsOfOneRecordAndOfManyDoNotTakeEachOthersHedges() {
        owner.allElsewhere = TestOwner::tellAll;
        owner.elsewhere = () -> CompletableFuture.completedFuture(TestOwner.recordAt(at(1_000_000)));
        for (int i = 0; i < 100; i++) {
            var read = fixture.path.read(at(500_000 + i));
            owner.endHeld();
            value(read);
        }
        for (int i = 0; i < 100; i++) {
            readNext();
        }
        time.advance(LATE);
        assertThat(owner.askedElsewhere).hasSize(HedgeBudget.BURST);

        var one = fixture.path.read(at(1_000_000));
        time.advance(LATE);

        Records.assertRight(at(1_000_000), value(one).record());
    }

    @Test
    void manyRecordsMayTakeLongerThanFew() {
        owner.allElsewhere = TestOwner::tellAll;
        var few = fixture.path.readAll(addresses(100_000, 2));
        var many = fixture.path.readAll(addresses(200_000, 1_000));

        time.advance(LATE);
        assertThat(few.toCompletableFuture()).isDone();
        assertPending(many);
        time.advance(LATE.multipliedBy(20));

        assertFound(value(many), addresses(200_000, 1_000));
    }

    @Test
    void thatARecordIsNotThereIsTheFirstReplicasWordAlone() {
        owner.highWatermark = next + 8;
        owner.allElsewhere = (addresses, reader) -> {
            addresses.forEach(address -> reader.told(Map.of(
                    address,
                    new Outcome.Failed<LogRecord>(new RecordExpiredException(3, address.offset(), 1L << 40)))));
            return CompletableFuture.completedFuture(true);
        };
        var asked = addresses(next, RECORDS);
        var read = readNext();
        time.advance(LATE);
        assertPending(read);

        owner.release();

        var outcomes = value(read);
        assertFound(outcomes.subList(0, 8), asked.subList(0, 8));
        outcomes.subList(8, RECORDS)
                .forEach(outcome -> assertThat(((Outcome.Failed<Answer>) outcome).cause())
                        .isInstanceOf(NoSuchRecordException.class));
        assertThat(fixture.path.stats().ownerFailures()).isEqualTo(2);
        assertThat(fixture.path.stats().hedgesWon()).isZero();
    }

    @Test
    void failureOfTheFirstReplicaWaitsForTheOtherOne() {
        var answers = new CompletableFuture<BatchReader>();
        var done = new CompletableFuture<Boolean>();
        owner.allElsewhere = (addresses, reader) -> {
            answers.complete(reader);
            return done;
        };
        var asked = addresses(next, RECORDS);
        owner.failure = new NoLeaderException("told to have none");
        var read = readNext();
        time.advance(LATE);

        owner.release();
        assertPending(read);
        TestOwner.tellAll(asked.subList(0, 4), answers.join());
        done.complete(true);

        var outcomes = value(read);
        assertFound(outcomes.subList(0, 4), asked.subList(0, 4));
        assertThat(outcomes.subList(4, RECORDS)).containsOnly(new Outcome.Failed<>(owner.failure));
    }

    @Test
    void firstReplicaLearnsThatNobodyWaitsAnyLonger() {
        owner.allElsewhere = TestOwner::tellAll;
        var asked = addresses(next, RECORDS);
        readNext();
        assertThat(asked).allMatch(owner.reader::wants);

        time.advance(LATE);

        assertThat(asked).noneMatch(owner.reader::wants);
    }
}
