package io.forelog.loadgen.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {

    private static NamedSeries rhythm(String id, int length, double phase) {
        var values = new double[length];
        Arrays.setAll(
                values, t -> 100 + 40 * Math.sin(2 * Math.PI * t / 12 + phase) + t * 0.05 + (t * 7919 % 13) * 0.3);
        return new NamedSeries(id, values);
    }

    @Test
    void eachSeriesHasARowForEachModelAndOneOfThemIsChosen() {
        var rows = Evaluation.of(12, 12, 0.9, 1).run(List.of(rhythm("a", 300, 0), rhythm("b", 320, 1)));

        assertThat(rows.stream().collect(Collectors.groupingBy(ForecastRow::id)))
                .hasSize(2)
                .allSatisfy((id, some) -> {
                    assertThat(some.stream().filter(ForecastRow::chosen)).hasSize(1);
                    assertThat(some)
                            .extracting(ForecastRow::model)
                            .contains("seasonal-naive", "holt-winters", "arima")
                            .doesNotHaveDuplicates();
                });
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.mase()).isNotNegative().isFinite();
            assertThat(row.coverage()).isBetween(0.0, 1.0);
            assertThat(row.millis()).isPositive();
        });
    }

    @Test
    void theHiddenValuesHaveNoInfluenceOnTheChoice() {
        var series = rhythm("a", 300, 0);
        var other = series.values().clone();
        Arrays.fill(other, 288, 300, 1e6);

        var rows = Evaluation.of(12, 12, 0.9, 1).run(List.of(series));
        var changed = Evaluation.of(12, 12, 0.9, 1).run(List.of(new NamedSeries("a", other)));

        assertThat(changed)
                .extracting(ForecastRow::chosen)
                .isEqualTo(rows.stream().map(ForecastRow::chosen).toList());
    }

    @Test
    void aSeriesTooShortToHideAnythingOfIsNamed() {
        assertThatThrownBy(() -> Evaluation.of(24, 48, 0.9, 1).run(List.of(rhythm("tiny", 60, 0))))
                .hasMessageContaining("series tiny has 60 values");
    }

    @Test
    void headersQuotesAndEmptyCellsAtTheEndAreUnderstood(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("x.csv"), "id,V1,V2\n\"a\",\"1\",\"2.5\"\nb,3,4,,\n");

        var all = NamedSeries.read(file);

        assertThat(all).extracting(NamedSeries::id).containsExactly("a", "b");
        assertThat(all.getFirst().values()).containsExactly(1, 2.5);
        assertThat(all.getLast().values()).containsExactly(3, 4);
    }

    @Test
    void aCellThatIsNoNumberIsNamedWithItsLine(@TempDir Path folder) throws IOException {
        var file = Files.writeString(folder.resolve("x.csv"), "a,1,2\nb,3,x\n");

        assertThatThrownBy(() -> NamedSeries.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2");
    }
}
