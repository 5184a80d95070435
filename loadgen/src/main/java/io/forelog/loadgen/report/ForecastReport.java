package io.forelog.loadgen.report;

import io.forelog.loadgen.forecast.ForecastRow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** A backtest's means as text for people. */
public final class ForecastReport {

    private ForecastReport() {}

    /** Returns a table with a line for each model and one for what was chosen; the last line ended. */
    public static String text(List<ForecastRow> rows) {
        var models = new LinkedHashMap<String, List<ForecastRow>>();
        for (var row : rows) {
            models.computeIfAbsent(row.model(), model -> new ArrayList<>()).add(row);
        }
        var table = new TextTable("model", "series", "chosen", "MASE", "sMAPE", "coverage", "ms/series");
        models.forEach((model, some) -> line(table, model, some));
        line(table, "what was chosen", rows.stream().filter(ForecastRow::chosen).toList());
        return table.toString();
    }

    private static void line(TextTable table, String name, List<ForecastRow> rows) {
        table.row(
                name,
                Integer.toString(rows.size()),
                Long.toString(rows.stream().filter(ForecastRow::chosen).count()),
                mean(rows, ForecastRow::mase, 3),
                mean(rows, ForecastRow::smape, 2),
                mean(rows, ForecastRow::coverage, 3),
                mean(rows, ForecastRow::millis, 1));
    }

    private static String mean(List<ForecastRow> rows, ToDoubleFunction<ForecastRow> figure, int digits) {
        double mean = rows.stream().mapToDouble(figure).average().orElse(Double.NaN);
        return String.format(Locale.ROOT, "%." + digits + "f", mean);
    }
}
