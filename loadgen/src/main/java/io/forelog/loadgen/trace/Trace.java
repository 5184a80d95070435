package io.forelog.loadgen.trace;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A recorded sequence of reads, in memory: three columns of equal length, in time order. The arrays are not copied;
 * whoever holds a trace must not write to them.
 *
 * @param name of the file, without its endings
 * @param times milliseconds, or a logical clock
 * @param clients who read
 * @param keys what was read
 */
public record Trace(String name, long[] times, long[] clients, long[] keys) {

    /** Returns the number of reads. */
    public int size() {
        return keys.length;
    }

    /** Returns the first {@code reads} reads, or all if there are fewer. */
    public Trace head(int reads) {
        int rows = Math.min(reads, size());
        return new Trace(name, Arrays.copyOf(times, rows), Arrays.copyOf(clients, rows), Arrays.copyOf(keys, rows));
    }

    /** Returns the number of different keys. */
    public int distinctKeys() {
        return Arrays.stream(numbers()).max().orElse(-1) + 1;
    }

    /** Returns for each read the number of its key, counted from 0 in the order of first reads. */
    public int[] numbers() {
        var numbers = new int[size()];
        var slots = new int[Integer.highestOneBit(Math.max(1, size())) * 4];
        var distinct = new long[size()];
        int count = 0;
        for (int i = 0; i < numbers.length; i++) {
            int slot = (int) (keys[i] * 0x9e3779b97f4a7c15L >>> 32) & slots.length - 1;
            while (slots[slot] != 0 && distinct[slots[slot] - 1] != keys[i]) {
                slot = slot + 1 & slots.length - 1;
            }
            if (slots[slot] == 0) {
                distinct[count++] = keys[i];
                slots[slot] = count;
            }
            numbers[i] = slots[slot] - 1;
        }
        return numbers;
    }

    /**
     * Reads a gzip'd trace: a line for each read, {@code milliseconds<TAB>client<TAB>key}.
     *
     * @throws IOException if the file cannot be read or is not a trace; the message names file and line
     */
    public static Trace read(Path file) throws IOException {
        try (var in = new BufferedInputStream(new GZIPInputStream(Files.newInputStream(file), 1 << 16), 1 << 16)) {
            String name = file.getFileName().toString().replaceFirst("(\\.tsv)?\\.gz$", "");
            return new TraceParser(name, in).parse();
        } catch (MalformedTraceException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        } catch (NoSuchFileException e) {
            throw new IOException(file + ": no such file", e);
        } catch (ZipException | EOFException e) {
            throw new IOException(file + " is not whole, gzip'd text: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private static final class MalformedTraceException extends IOException {

        private static final long serialVersionUID = 1;

        MalformedTraceException(String message) {
            super(message);
        }
    }

    private static final class TraceParser {

        private final String name;
        private final InputStream in;
        private long[] columns = new long[3 << 16];
        private int size;
        private int next;

        TraceParser(String name, InputStream in) {
            this.name = name;
            this.in = in;
        }

        Trace parse() throws IOException {
            next = in.read();
            while (next >= 0) {
                if (size + 3 > columns.length) {
                    columns = Arrays.copyOf(columns, columns.length * 2);
                }
                columns[size] = number('\t');
                columns[size + 1] = number('\t');
                columns[size + 2] = number('\n');
                size += 3;
            }
            int rows = size / 3;
            var times = new long[rows];
            var clients = new long[rows];
            var keys = new long[rows];
            for (int i = 0; i < rows; i++) {
                times[i] = columns[3 * i];
                clients[i] = columns[3 * i + 1];
                keys[i] = columns[3 * i + 2];
            }
            return new Trace(name, times, clients, keys);
        }

        private long number(char end) throws IOException {
            boolean negative = next == '-';
            if (negative) {
                next = in.read();
            }
            long value = 0;
            int digits = 0;
            while (next >= '0' && next <= '9' && digits < 18) {
                value = value * 10 + next - '0';
                digits++;
                next = in.read();
            }
            if (end == '\n' && next == '\r') {
                next = in.read();
            }
            boolean ended = next == end || end == '\n' && next < 0;
            if (digits == 0 || !ended) {
                throw new MalformedTraceException("line " + (size / 3 + 1)
                        + " is not milliseconds<TAB>client<TAB>key, integers of at most 18 digits");
            }
            next = in.read();
            return negative ? -value : value;
        }
    }
}
