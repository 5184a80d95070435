package io.forelog.loadgen.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunValuesTest {

    @Test
    void aValueTellsItsNumber() {
        var values = new RunValues(-7, 40);

        assertThat(IntStream.of(0, 1, 255, 123_456_789, Integer.MAX_VALUE).map(i -> values.number(values.value(i))))
                .containsExactly(0, 1, 255, 123_456_789, Integer.MAX_VALUE);
    }

    @Test
    void aValueOfAnotherRunIsNotRecognised() {
        assertThat(new RunValues(1, 40).number(new RunValues(2, 40).value(5))).isEqualTo(-1);
    }

    @Test
    void aValueTooShortForItsNumberIsStillOfItsLength() {
        var values = new RunValues(1, 5);

        assertThat(values.value(9)).hasSize(5).isNotEqualTo(values.value(10));
        assertThat(values.number(values.value(9))).isEqualTo(-1);
    }

    @Test
    void theSameRecordAlwaysHasTheSameValue() {
        assertThat(new RunValues(3, 300).value(77)).isEqualTo(new RunValues(3, 300).value(77));
    }
}
