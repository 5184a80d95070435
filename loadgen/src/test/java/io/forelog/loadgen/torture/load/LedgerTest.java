package io.forelog.loadgen.torture.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.loadgen.torture.load.Violations.Violation;
import io.forelog.record.RecordAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Each broken promise is found by what readers are given, and a promise that is kept is not called broken. */
class LedgerTest {

    private static final int KEYS = 3;

    private final Violations violations = new Violations(line -> {});
    private final Ledger ledger = new Ledger("log", 1, 40, KEYS, violations);
    private final Arrivals arrivals = new Arrivals("tail", ledger);

    @Test
    void whatComesAsItWasSentIsNoViolation() {
        acknowledge(0, at(0));
        acknowledge(1, at(1));
        acknowledge(0, at(2));

        arrive(0, 0, at(0));
        arrive(1, 1, at(1));
        arrive(2, 0, at(2));

        assertThat(violations.count()).isZero();
    }

    @Test
    void alteredBytesAreFound() {
        acknowledge(0, at(0));
        var altered = ledger.value(0);
        altered[30] ^= 1;

        ledger.read("read", at(0), Ledger.key(0), altered);

        assertThat(promises()).containsExactly("altered");
    }

    @Test
    void anotherRecordAtAnAddressIsFoundAlsoIfNeitherWasAcknowledged() {
        ledger.sending(0);
        ledger.sending(1);
        ledger.read("read", at(0), Ledger.key(0), ledger.value(0));

        ledger.read("read", at(0), Ledger.key(1), ledger.value(1));

        assertThat(promises()).containsExactly("an address means one record");
    }

    @Test
    void aRefusedRecordThatIsThereIsFound() {
        ledger.refused(ledger.sending(0));

        ledger.read("read", at(0), Ledger.key(0), ledger.value(0));

        assertThat(promises()).containsExactly("refused and yet there");
    }

    @Test
    void aTailWithAGapIsFound() {
        acknowledge(0, at(0));
        acknowledge(1, at(1));

        arrive(1, 1, at(1));

        assertThat(promises()).containsExactly("no gap, no repeat");
    }

    @Test
    void aTailThatGivesARecordAgainIsFound() {
        acknowledge(0, at(0));
        arrive(0, 0, at(0));

        arrive(0, 0, at(0));

        assertThat(promises()).contains("no gap, no repeat", "order of a key");
    }

    @Test
    void aKeyOutOfOrderOverShardsIsFound() {
        acknowledge(0, at(0));
        acknowledge(0, new RecordAddress(1, 0));
        arrive(1, 0, new RecordAddress(1, 0));

        arrive(0, 0, at(0));

        assertThat(promises()).containsExactly("order of a key");
    }

    @Test
    void aLostRecordIsFoundInTheEnd() {
        acknowledge(0, at(0));

        ledger.concluded(ledger.checker().verdict(), address -> false);

        assertThat(promises()).contains("history", "only what is committed is read");
    }

    @Test
    void whatWasReadAndIsNotThereInTheEndIsFound() {
        ledger.sending(0);
        ledger.read("read", at(0), Ledger.key(0), ledger.value(0));

        ledger.concluded(ledger.checker().verdict(), address -> false);

        assertThat(promises()).containsExactly("only what is committed is read");
    }

    private void acknowledge(int key, RecordAddress address) {
        ledger.acknowledged(ledger.sending(key), address);
    }

    private void arrive(int number, int key, RecordAddress address) {
        arrivals.take(new StoredRecord(address, Ledger.key(key), ledger.value(number), Map.of(), 0));
    }

    private List<String> promises() {
        return violations.first().stream().map(Violation::promise).toList();
    }

    private static RecordAddress at(long offset) {
        return new RecordAddress(0, offset);
    }
}
