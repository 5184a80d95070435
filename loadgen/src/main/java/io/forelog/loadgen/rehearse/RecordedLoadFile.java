package io.forelog.loadgen.rehearse;

import io.forelog.loadgen.trace.TextLines;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Reads recorded load: rows of minute, shard key range, reads, writes. The range is {@code first-last} in hexadecimal,
 * both inclusive. Lenient where that is unambiguous: separators are comma, semicolon or tab; a header line is skipped;
 * the range may stand in two columns; ranges that end below the top of the 64-bit space are stretched to fill it; names
 * that are no numbers each get an equal part of the space, in the order of their names.
 */
final class RecordedLoadFile {

    private static final int CELLS_MAX = 4096;
    private static final int MINUTES_MAX = 60 * 24 * 60;
    private static final Pattern NUMBERS =
            Pattern.compile("(?:0x)?([0-9a-fA-F]+)\\s*(?:-|\\.\\.|:)\\s*(?:0x)?([0-9a-fA-F]+)");
    private static final BigInteger TOP = BigInteger.TWO.pow(64);

    private record Row(long minute, String range, double reads, double writes) {}

    private record Share(double from, double end) {}

    private final Path file;
    private final List<Row> rows = new ArrayList<>();

    private RecordedLoadFile(Path file) {
        this.file = file;
    }

    /** @throws IOException if the file cannot be read or is not such a file; the message names file and line */
    static RecordedLoad read(Path file) throws IOException {
        return new RecordedLoadFile(file).read();
    }

    private RecordedLoad read() throws IOException {
        try (var lines = TextLines.open(file)) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (!line.isBlank() && !line.startsWith("#")) {
                    parse(line, number);
                }
            }
        }
        if (rows.isEmpty()) {
            throw new IOException(file + " holds no load");
        }
        return grid();
    }

    private void parse(String line, int number) throws IOException {
        var cells = line.strip().replace("\"", "").split("\\s*[,;\t]\\s*");
        boolean two = cells.length == 5;
        if (cells.length != 4 && !two) {
            throw new IOException(file + ", line " + number + " is not minute, first-last, reads, writes");
        }
        try {
            var range = two ? cells[1] + "-" + cells[2] : cells[1];
            var row = new Row(
                    (long) Double.parseDouble(cells[0]),
                    range,
                    Double.parseDouble(cells[cells.length - 2]),
                    Double.parseDouble(cells[cells.length - 1]));
            if (!(row.reads >= 0 && row.writes >= 0 && row.reads + row.writes < Double.POSITIVE_INFINITY)) {
                throw new IOException(file + ", line " + number + ": reads and writes are counts");
            }
            rows.add(row);
        } catch (NumberFormatException e) {
            if (number > 1) {
                throw new IOException(
                        file + ", line " + number + " is not minute, first-last, reads, writes: " + e.getMessage(), e);
            }
        }
    }

    private RecordedLoad grid() throws IOException {
        var shares = shares();
        var edges = new TreeSet<Double>(List.of(0.0, 1.0));
        shares.values().forEach(share -> {
            edges.add(share.from);
            edges.add(share.end);
        });
        long first = rows.stream().mapToLong(Row::minute).min().orElseThrow();
        long minutes = rows.stream().mapToLong(Row::minute).max().orElseThrow() - first + 1;
        if (edges.size() > CELLS_MAX || minutes < 1 || minutes > MINUTES_MAX) {
            throw new IOException(file + " has " + edges.size() + " range ends and minutes that lie "
                    + Long.toUnsignedString(minutes - 1) + " apart; it may have " + CELLS_MAX + " or " + MINUTES_MAX);
        }
        var bounds = edges.stream().mapToDouble(Double::doubleValue).toArray();
        var requests = new float[(int) minutes][bounds.length - 1];
        var writes = new float[(int) minutes][bounds.length - 1];
        for (var row : rows) {
            var share = shares.getOrDefault(row.range, new Share(0, 1));
            int minute = (int) (row.minute - first);
            for (int cell = Arrays.binarySearch(bounds, share.from); bounds[cell] < share.end; cell++) {
                double part = (bounds[cell + 1] - bounds[cell]) / (share.end - share.from) / 60;
                requests[minute][cell] += (float) ((row.reads + row.writes) * part);
                writes[minute][cell] += (float) (row.writes * part);
            }
        }
        return new RecordedLoad(bounds, requests, writes);
    }

    private Map<String, Share> shares() {
        var names = new TreeSet<String>();
        rows.forEach(row -> names.add(row.range));
        var shares = new HashMap<String, Share>();
        int radix = names.stream().allMatch(name -> name.length() <= 37) ? 16 : 10;
        var top = BigInteger.ZERO;
        for (var name : names) {
            var match = NUMBERS.matcher(name);
            if (!match.matches() || number(match.group(1), radix).compareTo(number(match.group(2), radix)) > 0) {
                return named(names);
            }
            top = top.max(number(match.group(2), radix).add(BigInteger.ONE));
        }
        double space = top.compareTo(TOP) >= 0 ? TOP.doubleValue() : top.doubleValue();
        for (var name : names) {
            var match = NUMBERS.matcher(name);
            if (match.matches()) {
                double from = number(match.group(1), radix).doubleValue() / space;
                double end = number(match.group(2), radix).add(BigInteger.ONE).doubleValue() / space;
                shares.put(name, new Share(from, Math.min(1, end)));
            }
        }
        return shares;
    }

    private static BigInteger number(String digits, int radix) {
        return new BigInteger(digits, radix == 10 && digits.chars().allMatch(Character::isDigit) ? 10 : 16);
    }

    private static Map<String, Share> named(TreeSet<String> names) {
        var shares = new HashMap<String, Share>();
        int index = 0;
        for (var name : names) {
            shares.put(name, new Share((double) index / names.size(), (double) (index + 1) / names.size()));
            index++;
        }
        return shares;
    }
}
