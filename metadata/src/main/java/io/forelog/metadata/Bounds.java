package io.forelog.metadata;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How old or how large a log's segments may get before something is done with them: retention or archiving.
 *
 * @param age null for no bound
 * @param bytes per log; null for no bound
 */
public record Bounds(@Nullable Duration age, @Nullable Long bytes) {

    public static final Bounds NONE = new Bounds(null, null);

    public Bounds {
        if (age != null && (age.isNegative() || age.isZero())) {
            throw new IllegalArgumentException("age must be above zero, not " + age);
        }
        if (bytes != null && bytes <= 0) {
            throw new IllegalArgumentException("bytes must be above zero, not " + bytes);
        }
    }
}
