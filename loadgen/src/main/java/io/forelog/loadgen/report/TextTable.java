package io.forelog.loadgen.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in plain text: the first column to the left, the others, which hold figures, to the right. */
public final class TextTable {

    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();

    /** @param headings one for each column */
    public TextTable(String... headings) {
        rows.add(headings.clone());
    }

    /** @param cells as many as there are headings */
    public TextTable row(String... cells) {
        if (cells.length != rows.getFirst().length) {
            throw new IllegalArgumentException(
                    "a row of " + cells.length + " cells in a table of " + rows.getFirst().length + " columns");
        }
        rows.add(cells.clone());
        return this;
    }

    @Override
    public String toString() {
        var widths = new int[rows.getFirst().length];
        for (int column = 0; column < widths.length; column++) {
            for (var row : rows) {
                widths[column] = Math.max(widths[column], row[column].length());
            }
        }
        var text = new StringBuilder();
        for (int i = 0; i < rows.size(); i++) {
            line(text, rows.get(i), widths);
            if (i == 0) {
                text.append("─".repeat(Arrays.stream(widths).sum() + GAP.length() * (widths.length - 1)))
                        .append('\n');
            }
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String[] row, int[] widths) {
        var line = new StringBuilder();
        for (int column = 0; column < row.length; column++) {
            var padding = " ".repeat(widths[column] - row[column].length());
            line.append(column == 0 ? row[column] + padding : GAP + padding + row[column]);
        }
        text.append(line.toString().stripTrailing()).append('\n');
    }
}
