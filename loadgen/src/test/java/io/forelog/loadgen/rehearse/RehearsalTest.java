package io.forelog.loadgen.rehearse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forelog.metadata.KeyRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RehearsalTest {

    @TempDir
    private Path folder;

    private static RehearsalResult rehearse(Path load, String policy) throws IOException {
        return Rehearsal.of(load, policy, 8, 0, 0, 1024, 1L << 36).run();
    }

    private Path generated(String shape, int hours) throws IOException {
        var file = folder.resolve(shape + ".csv.gz");
        Rehearsal.generate(shape, file, hours * 60, 3);
        return file;
    }

    private Path file(String... lines) throws IOException {
        return Files.writeString(folder.resolve("load.csv"), String.join("\n", lines));
    }

    @ParameterizedTest
    @CsvSource({"daily, 36", "ramp, 12"})
    void whereLoadCanBeForeseenHybridHasSevenTenthsFewerViolationSecondsThanReactive(String shape, int hours)
            throws IOException {
        var load = generated(shape, hours);

        var reactive = rehearse(load, "reactive");
        var hybrid = rehearse(load, "hybrid");

        assertThat(reactive.violationSeconds()).isPositive();
        assertThat(hybrid.violationSeconds()).isLessThanOrEqualTo(reactive.violationSeconds() * 3 / 10);
        assertThat(hybrid.flipFlops()).isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"flash, 24", "wandering, 24"})
    void whereLoadComesOutOfNothingHybridIsNoWorseAndMovesLittleMore(String shape, int hours) throws IOException {
        var load = generated(shape, hours);

        var reactive = rehearse(load, "reactive");
        var hybrid = rehearse(load, "hybrid");

        assertThat(hybrid.violationSeconds()).isLessThanOrEqualTo(reactive.violationSeconds() * 105 / 100);
        assertThat(hybrid.bytesMoved()).isLessThanOrEqualTo(reactive.bytesMoved() * 3 / 2);
        assertThat(hybrid.flipFlops()).isLessThanOrEqualTo(hours);
    }

    @Test
    void pravegasRuleActsLater() throws IOException {
        var load = generated("ramp", 8);

        assertThat(rehearse(load, "pravega").violationSeconds())
                .isGreaterThan(rehearse(load, "reactive").violationSeconds());
    }

    @Test
    void theSameLoadGivesTheSameResult() throws IOException {
        var load = generated("flash", 6);

        var once = rehearse(load, "hybrid");
        var again = rehearse(load, "hybrid");

        assertThat(again)
                .usingRecursiveComparison()
                .ignoringFields("decisionMillisMax")
                .isEqualTo(once);
    }

    @Test
    void aRangeIsReadInHexadecimalAndItsLoadLiesWhereItShould() throws IOException {
        var load = RecordedLoadFile.read(file(
                "minute,range,reads,writes",
                "7,0000000000000000-3fffffffffffffff,600,60",
                "7,4000000000000000-ffffffffffffffff,0,0",
                "9,0000000000000000-ffffffffffffffff,120,0"));

        assertThat(load.minutes()).isEqualTo(3);
        assertThat(load.requests(KeyRange.part(0, 4), 0)).isCloseTo(11, within(1e-5));
        assertThat(load.writes(KeyRange.part(0, 4), 0)).isCloseTo(1, within(1e-5));
        assertThat(load.requests(KeyRange.part(0, 8), 0)).isCloseTo(5.5, within(1e-5));
        assertThat(load.requests(KeyRange.part(1, 4), 0)).isZero();
        assertThat(load.total(1)).isZero();
        assertThat(load.requests(KeyRange.part(3, 4), 2)).isCloseTo(0.5, within(1e-5));
    }

    @Test
    void shortRangesAreStretchedAndNamesGetEqualParts() throws IOException {
        var shortened = RecordedLoadFile.read(file("0;00-7f;60;0", "0;80-ff;120;0"));
        assertThat(shortened.requests(KeyRange.part(1, 2), 0)).isCloseTo(2, within(1e-5));

        var columns = RecordedLoadFile.read(
                file("0\t0x0\t0x7fffffffffffffff\t60\t0", "0\t0x8000000000000000\t0xffffffffffffffff\t0\t60"));
        assertThat(columns.writes(KeyRange.part(1, 2), 0)).isCloseTo(1, within(1e-5));

        var named = RecordedLoadFile.read(file("0,left,60,0", "0,right,0,120"));
        assertThat(named.requests(KeyRange.part(0, 2), 0)).isCloseTo(1, within(1e-5));
        assertThat(named.requests(KeyRange.part(1, 2), 0)).isCloseTo(2, within(1e-5));
    }

    @Test
    void aFileThatIsNoLoadIsRefusedWithItsLine() {
        assertThatThrownBy(() -> RecordedLoadFile.read(file("0,0-f,1,1", "nonsense")))
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> RecordedLoadFile.read(file("0,0-f,1,1", "1,0-f,x,1")))
                .hasMessageContaining("line 2");
        assertThatThrownBy(() -> RecordedLoadFile.read(file("0,0-f,-1,1"))).hasMessageContaining("counts");
        assertThatThrownBy(() -> RecordedLoadFile.read(file(""))).hasMessageContaining("holds no load");
    }
}
