package io.forelog.server.http;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;

/** Durations as ISO 8601 writes them, up to days and weeks: months and years have no length of their own. */
final class Durations {

    /** {@link Duration} knows all but these. */
    private static final Pattern WEEKS = Pattern.compile("P(\\d{1,9})W");

    private static final int DAYS_OF_A_WEEK = 7;

    private Durations() {}

    /** @throws DateTimeParseException if the text is no such duration */
    static Duration parse(String text) {
        var weeks = WEEKS.matcher(text);
        return weeks.matches()
                ? Duration.ofDays(DAYS_OF_A_WEEK * Long.parseLong(weeks.group(1)))
                : Duration.parse(text);
    }

    /** Returns the text of a duration: in days, as it was most likely sent, if it is so many whole ones. */
    static String text(Duration duration) {
        boolean isOfDays = duration.isPositive() && duration.equals(Duration.ofDays(duration.toDays()));
        return isOfDays ? "P" + duration.toDays() + "D" : duration.toString();
    }
}
