package io.forelog.loadgen.forecast;

import io.forelog.loadgen.trace.TextLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A series from a file.
 *
 * @param values oldest first; not copied
 */
public record NamedSeries(String id, double[] values) {

    /**
     * Reads a file with a series in each row: its id, then its values in order, between commas. A first row whose
     * second cell is no number is a header; empty cells at the end of a row are left out.
     *
     * @throws IOException if the file cannot be read or is not such a file; the message names file and line
     */
    public static List<NamedSeries> read(Path file) throws IOException {
        var all = new ArrayList<NamedSeries>();
        try (var lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                var cells = line.strip().replace("\"", "").split("[,;\t]");
                if (!line.isBlank() && !(number == 1 && isHeader(cells))) {
                    all.add(series(cells, file + ", line " + number));
                }
            }
        }
        if (all.isEmpty()) {
            throw new IOException(file + " holds no series");
        }
        return all;
    }

    private static boolean isHeader(String[] cells) {
        try {
            return cells.length > 1 && Double.isNaN(Double.parseDouble(cells[1].strip()));
        } catch (NumberFormatException notANumber) {
            return true;
        }
    }

    private static NamedSeries series(String[] cells, String where) throws IOException {
        try {
            var values = Arrays.stream(cells, 1, cells.length)
                    .mapToDouble(cell -> Double.parseDouble(cell.strip()))
                    .toArray();
            if (values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)) {
                throw new IOException(where + " is not an id and finite values");
            }
            return new NamedSeries(cells[0].strip(), values);
        } catch (NumberFormatException e) {
            throw new IOException(where + " is not an id and values: " + e.getMessage(), e);
        }
    }
}
