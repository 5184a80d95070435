package io.forelog.loadgen.verify;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The values of one run. Each begins with the run's and the record's number, so that a record found anywhere tells
 * which one it is, and goes on with text drawn from both, so that every byte can be checked without having been kept.
 *
 * <p>Printable, that people may look at them; 6 bits of entropy a byte, so they compress by about a quarter at most.
 */
public final class RunValues {

    /** The shortest value that carries the numbers: 8 hexadecimal digits, a dot, 8 more, a blank. */
    public static final int TAG_BYTES = 18;

    private static final int RECORD_AT = 9;
    private static final byte[] ALPHABET =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    private final int run;
    private final int valueBytes;
    private final byte[] tag;

    /**
     * @param run tells runs on the same log apart; any number
     * @param valueBytes length of each value, at least 0; below {@link #TAG_BYTES} values cannot be recognised
     */
    public RunValues(int run, int valueBytes) {
        if (valueBytes < 0) {
            throw new IllegalArgumentException("a value has at least 0 bytes, not " + valueBytes);
        }
        this.run = run;
        this.valueBytes = valueBytes;
        this.tag = (HexFormat.of().toHexDigits(run) + ".").getBytes(StandardCharsets.US_ASCII);
    }

    /** Returns the value of a record, a new array. */
    public byte[] value(int number) {
        var value = new byte[valueBytes];
        int filledFrom = 0;
        if (valueBytes >= TAG_BYTES) {
            System.arraycopy(tag, 0, value, 0, tag.length);
            for (int i = 0; i < 8; i++) {
                value[RECORD_AT + i] = (byte) HexFormat.of().toLowHexDigit(number >>> (28 - 4 * i));
            }
            value[TAG_BYTES - 1] = ' ';
            filledFrom = TAG_BYTES;
        }
        fill(value, filledFrom, ((long) run << 32) ^ number);
        return value;
    }

    /** Returns the number that the tag of {@code value} carries, or -1 if it is not a value of this run. */
    public int number(byte[] value) {
        if (value.length < TAG_BYTES || !Arrays.equals(value, 0, tag.length, tag, 0, tag.length)) {
            return -1;
        }
        int number = 0;
        for (int i = RECORD_AT; i < TAG_BYTES - 1; i++) {
            if (!HexFormat.isHexDigit(value[i])) {
                return -1;
            }
            number = number << 4 | HexFormat.fromHexDigit(value[i]);
        }
        return number;
    }

    private static void fill(byte[] value, int from, long seed) {
        long state = seed;
        for (int at = from; at < value.length; ) {
            state += 0x9E3779B97F4A7C15L;
            // SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): ten bytes of six bits out of each number.
            long bits = (state ^ state >>> 30) * 0xBF58476D1CE4E5B9L;
            bits = (bits ^ bits >>> 27) * 0x94D049BB133111EBL;
            bits ^= bits >>> 31;
            for (int i = 0; i < 10 && at < value.length; i++, at++) {
                value[at] = ALPHABET[(int) (bits & 63)];
                bits >>>= 6;
            }
        }
    }
}
