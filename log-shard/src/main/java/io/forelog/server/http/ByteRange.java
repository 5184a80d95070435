package io.forelog.server.http;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The one range of a value that a caller asks for: RFC 9110, 14. Several ranges at once, other units and malformed
 * headers are passed over, as the RFC allows: the whole value is the answer then.
 *
 * @param from the first byte, inclusive
 * @param end the byte after the last, exclusive; above {@code from} unless the range cannot be satisfied
 */
record ByteRange(int from, int end) {

    private static final Pattern SINGLE =
            Pattern.compile("bytes=\\s*(\\d{0,18})\\s*-\\s*(\\d{0,18})\\s*", Pattern.CASE_INSENSITIVE);

    /**
     * Returns the range of a value of {@code length} bytes, or null for the whole value.
     *
     * @throws ProblemException if it lies outside of the value
     */
    static @Nullable ByteRange of(@Nullable String range, int length) {
        if (range == null) {
            return null;
        }
        var matcher = SINGLE.matcher(range.strip());
        if (!matcher.matches() || matcher.group(1).isEmpty() && matcher.group(2).isEmpty()) {
            return null;
        }
        return matcher.group(1).isEmpty() ? suffix(matcher, length) : part(matcher, length);
    }

    private static ByteRange suffix(Matcher matcher, int length) {
        long count = Math.min(Long.parseLong(matcher.group(2)), length);
        if (count == 0) {
            throw outside(length);
        }
        return new ByteRange((int) (length - count), length);
    }

    private static @Nullable ByteRange part(Matcher matcher, int length) {
        long from = Long.parseLong(matcher.group(1));
        long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
        if (last < from) {
            return null;
        }
        if (from >= length) {
            throw outside(length);
        }
        return new ByteRange((int) from, (int) Math.min(last, length - 1L) + 1);
    }

    /** Returns what {@code Content-Range} says of it. */
    String contentRange(int length) {
        return "bytes " + from + "-" + (end - 1) + "/" + length;
    }

    private static ProblemException outside(int length) {
        return new ProblemException(Problem.of(
                        416,
                        "range-not-satisfiable",
                        "The range is outside of the value",
                        "the value has " + length + " bytes")
                .withHeader("Content-Range", "bytes */" + length));
    }
}
