package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.GlobalAddress;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GlobalAdmissionTest {

    private static final long PERIOD = 1_000;

    private final GlobalAdmission admission = new GlobalAdmission(PERIOD);

    private static GlobalAddress at(long offset) {
        return new GlobalAddress(5, 1, offset);
    }

    @Test
    void recordReadInTwoRegionsIsAdmittedOnceReadOftenEnough() {
        assertThat(admission.read(at(1), "a", 0)).isFalse();
        assertThat(admission.read(at(1), "b", 0)).isFalse();
        assertThat(admission.read(at(1), "a", 0)).isTrue();
    }

    @Test
    void recordReadInOneRegionIsNeverAdmitted() {
        for (int i = 0; i < 1_000; i++) {
            assertThat(admission.read(at(1), "a", 0)).isFalse();
        }
    }

    @Test
    void readsLongAgoDoNotCount() {
        admission.read(at(1), "a", 0);
        admission.read(at(1), "b", 0);

        assertThat(admission.read(at(1), "a", 10 * PERIOD)).isFalse();
    }

    @Test
    void hotRecordKeepsItsSlotAmongManyColdOnes() {
        var random = new Random(1);
        int admitted = 0;
        for (int i = 0; i < 100_000; i++) {
            admission.read(at(1_000 + random.nextInt(1_000_000)), "a", i / 100);
            if (i % 10 == 0 && admission.read(at(7), i % 20 == 0 ? "a" : "b", i / 100)) {
                admitted++;
            }
        }

        assertThat(admitted).isGreaterThan(9_900);
    }

    @Test
    void moreRegionsThanThereAreBitsStillAdmit() {
        boolean admitted = false;
        for (int i = 0; i < 50; i++) {
            admitted |= admission.read(at(1), "region-" + i, 0);
        }

        assertThat(admitted).isTrue();
    }
}
