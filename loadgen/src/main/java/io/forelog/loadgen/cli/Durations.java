package io.forelog.loadgen.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.TypeConversionException;

/**
 * Durations as people type them: {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, or ISO 8601 such as {@code PT5M}.
 */
final class Durations {

    private Durations() {}

    /** @throws TypeConversionException if {@code text} is not one; the message says what is expected */
    static Duration parse(String text) {
        var typed = text.strip().toUpperCase(Locale.ROOT);
        try {
            if (typed.endsWith("MS")) {
                return Duration.ofMillis(Long.parseLong(typed.substring(0, typed.length() - 2)));
            }
            return Duration.parse(typed.startsWith("P") ? typed : "PT" + typed);
        } catch (DateTimeParseException | NumberFormatException e) {
            throw new TypeConversionException("'" + text + "' is not a duration such as 500ms, 30s, 5m or PT5M");
        }
    }
}
