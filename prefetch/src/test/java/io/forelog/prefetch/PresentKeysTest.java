package io.forelog.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PresentKeysTest {

    private final PresentKeys present = new PresentKeys();

    @Test
    void aKeyCountsAsPresentForASmallPartOfTheCacheOnly() {
        present.resize(640);

        present.add(7, 100);

        assertThat(present.contains(7, 109)).isTrue();
        assertThat(present.contains(7, 110)).isFalse();
        assertThat(present.contains(8, 101)).isFalse();
    }

    @Test
    void inASmallCacheTheCacheIsAskedEachTime() {
        present.resize(60);

        present.add(7, 100);

        assertThat(present.contains(7, 100)).isFalse();
    }

    @Test
    void nearlyAllIsPresentAfterLongWithoutAnAbsentOneAndSoonNotAnyMore() {
        for (long key = 0; key < 10_000; key++) {
            present.add(key, key);
        }
        assertThat(present.nearlyAll()).isFalse();
        for (long key = 0; key < 30_000; key++) {
            present.add(key, key);
        }
        assertThat(present.nearlyAll()).isTrue();

        for (int i = 0; i < 10; i++) {
            present.absent();
        }

        assertThat(present.nearlyAll()).isFalse();
    }

    @Test
    void aKeyThatSharesItsPlaceIsForgottenForTheNewOne() {
        present.resize(100_000);
        for (long key = 0; key < 100_000; key++) {
            present.add(key, 1);
        }

        assertThat(present.contains(99_999, 2)).isTrue();
        assertThat(present.contains(0, 2)).isFalse();
    }
}
