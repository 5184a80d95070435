package io.forelog.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each test plants one fault in a log that is otherwise as it should be. */
class HistoryCheckerTest {

    private static final int KEYS = 5;

    private final AppendHistory history = new AppendHistory(1_000);
    private final RunValues values = new RunValues(42, 64);
    private final List<Stored> log = new ArrayList<>();

    private record Stored(RecordAddress address, String key, byte[] value) {}

    /** Appends and acknowledges ten records one after another to shard 0, in keys that go round. */
    private void tenAcknowledged() {
        for (int i = 0; i < 10; i++) {
            history.request();
            store(0, history.sending(i % KEYS));
            history.acknowledged(i, log.getLast().address());
        }
    }

    private void store(int shard, int number) {
        long offset =
                log.stream().filter(stored -> stored.address().shard() == shard).count();
        var key = KeyNames.PADDED.name(history.key(number));
        log.add(new Stored(new RecordAddress(shard, offset), key, values.value(number)));
    }

    private void put(int at, Stored what) {
        log.set(at, new Stored(log.get(at).address(), what.key(), what.value()));
    }

    private Verdict verdict() {
        var checker = new HistoryChecker(history, values, KeyNames.PADDED);
        log.forEach(stored -> checker.accept(stored.address(), stored.key(), stored.value()));
        return checker.verdict();
    }

    @Test
    void aLogThatKeptEverythingIsFaultless() {
        tenAcknowledged();

        var verdict = verdict();

        assertThat(verdict.isFaultless()).isTrue();
        assertThat(verdict.acknowledged()).isEqualTo(10);
        assertThat(verdict.findings()).isEmpty();
    }

    @Test
    void anAcknowledgedRecordCutOffTheEndIsLost() {
        tenAcknowledged();
        log.removeLast();

        var verdict = verdict();

        assertThat(verdict.lost()).isEqualTo(1);
        assertThat(verdict.isFaultless()).isFalse();
        assertThat(verdict.findings()).containsExactly("lost: record 9, acknowledged at 0:9");
    }

    @Test
    void anAcknowledgedRecordMissingInTheMiddleIsLostAndAGap() {
        tenAcknowledged();
        log.remove(4);

        assertThat(verdict().lost()).isEqualTo(1);
        assertThat(verdict().gaps()).isEqualTo(1);
    }

    @Test
    void twoRecordsInEachOthersPlaceAreReordered() {
        tenAcknowledged();
        var third = log.get(3);
        put(3, log.get(7));
        put(7, third);

        var verdict = verdict();

        assertThat(verdict.reordered()).isGreaterThanOrEqualTo(2);
        assertThat(verdict.lost()).isZero();
    }

    /** Their addresses are as they were acknowledged: only time tells. */
    @Test
    void aRecordBehindOneOfAnotherKeyThatWasSentAfterItWasAcknowledgedIsReordered() {
        history.request();
        int first = history.sending(0);
        history.acknowledged(first, new RecordAddress(0, 1));
        history.request();
        int second = history.sending(1);
        history.acknowledged(second, new RecordAddress(0, 0));
        store(0, second);
        store(0, first);

        assertThat(verdict().reordered()).isEqualTo(1);
        assertThat(verdict().lost()).isZero();
    }

    @Test
    void aRecordThatIsThereASecondTimeIsDoubled() {
        tenAcknowledged();
        store(0, 2);

        var verdict = verdict();

        assertThat(verdict.doubled()).isEqualTo(1);
        assertThat(verdict.lost()).isZero();
    }

    @Test
    void anAddressThatWasAcknowledgedForTwoRecordsIsAFault() {
        tenAcknowledged();
        history.request();
        history.acknowledged(history.sending(0), new RecordAddress(0, 3));

        assertThat(verdict().doubled()).isEqualTo(1);
        assertThat(verdict().isFaultless()).isFalse();
    }

    @Test
    void oneChangedByteIsFoundWhereverItIs() {
        for (int at = 0; at < 64; at++) {
            var fresh = new HistoryCheckerTest();
            fresh.tenAcknowledged();
            fresh.log.get(5).value()[at] ^= 1;

            var verdict = fresh.verdict();

            assertThat(verdict.altered()).as("byte %d", at).isEqualTo(1);
            assertThat(verdict.lost()).as("byte %d", at).isZero();
        }
    }

    @Test
    void aValueUnderAnotherKeyIsAltered() {
        tenAcknowledged();
        log.set(5, new Stored(log.get(5).address(), "key-000000004", log.get(5).value()));

        assertThat(verdict().altered()).isEqualTo(1);
    }

    @Test
    void anUnknownOutcomeMayBeThereOrNot() {
        tenAcknowledged();
        history.request();
        int there = history.sending(0);
        int notThere = history.sending(1);
        store(0, there);

        var verdict = verdict();

        assertThat(history.outcome(notThere)).isEqualTo(AppendHistory.Outcome.UNKNOWN);
        assertThat(verdict.isFaultless()).isTrue();
        assertThat(verdict.unknown()).isEqualTo(2);
        assertThat(verdict.unknownPresent()).isEqualTo(1);
    }

    @Test
    void anUnknownOutcomeMayNotBeThereTwice() {
        history.request();
        int number = history.sending(0);
        store(0, number);
        store(1, number);

        assertThat(verdict().doubled()).isEqualTo(1);
    }

    @Test
    void aRefusedRecordMayNotBeThere() {
        history.request();
        int number = history.sending(0);
        history.refused(number);
        store(0, number);

        assertThat(verdict().phantoms()).isEqualTo(1);
        assertThat(verdict().isFaultless()).isFalse();
    }

    @Test
    void aRecordMayNotLieBehindOneThatWasSentAfterItsAcknowledgement() {
        history.request();
        int first = history.sending(0);
        history.acknowledged(first, new RecordAddress(0, 1));
        history.request();
        int second = history.sending(0);
        store(0, second);
        store(0, first);

        assertThat(verdict().reordered()).isEqualTo(1);
    }

    @Test
    void recordsUnderWayTogetherMayComeInAnyOrder() {
        history.request();
        int first = history.sending(0);
        history.request();
        int second = history.sending(0);
        history.acknowledged(first, new RecordAddress(0, 1));
        history.acknowledged(second, new RecordAddress(0, 0));
        store(0, second);
        store(0, first);

        assertThat(verdict().isFaultless()).isTrue();
    }

    @Test
    void recordsOfOneRequestKeepItsOrder() {
        history.request();
        int first = history.sending(0);
        int second = history.sending(0);
        history.acknowledged(first, new RecordAddress(0, 1));
        history.acknowledged(second, new RecordAddress(0, 0));
        store(0, second);
        store(0, first);

        assertThat(verdict().reordered()).isEqualTo(1);
    }

    @Test
    void aKeysOrderHoldsOnFromAParentIntoItsChild() {
        tenAcknowledged();
        history.request();
        int inChild = history.sending(0);
        history.acknowledged(inChild, new RecordAddress(1, 0));
        store(1, inChild);

        assertThat(verdict().isFaultless()).isTrue();
    }

    @Test
    void recordsOfOtherRunsAreOnlyCounted() {
        log.add(new Stored(new RecordAddress(0, 0), "key-000000001", new RunValues(41, 64).value(0)));
        log.add(new Stored(new RecordAddress(0, 1), "other", new byte[] {1, 2, 3}));

        assertThat(verdict().foreign()).isEqualTo(2);
        assertThat(verdict().isFaultless()).isTrue();
    }
}
