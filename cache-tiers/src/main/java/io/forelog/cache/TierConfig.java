package io.forelog.cache;

import java.time.Duration;

/**
 * How a shared tier is asked.
 *
 * @param deadline how long a read waits for it at most. Too high, and a tier that hangs costs a few reads that long
 *     before it is cut off; too low, and a healthy tier is given up during a garbage collection
 * @param writeDeadline how long a put may take before it counts as failed
 * @param failuresToOpen share of failed calls, in 0..1 of the last {@code window}, that cuts the tier off
 * @param window how many calls are looked back on
 * @param retryAfter how long a tier is left alone once cut off; doubles while probes fail, up to {@code retryAfterMax}
 * @param callsMax calls under way before more are not made. Too high, and a tier that hangs holds that much memory
 * @param putBytesMax bytes of puts that wait for earlier ones before more are dropped
 */
public record TierConfig(
        Duration deadline,
        Duration writeDeadline,
        double failuresToOpen,
        int window,
        Duration retryAfter,
        Duration retryAfterMax,
        int callsMax,
        long putBytesMax) {

    /** For a tier within the region: milliseconds away at worst. */
    public static final TierConfig REGIONAL = new TierConfig(
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            0.5,
            20,
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            10_000,
            8 << 20);

    /** For a tier that may be in another region. */
    public static final TierConfig GLOBAL = new TierConfig(
            Duration.ofMillis(150),
            Duration.ofMillis(1_000),
            0.5,
            20,
            Duration.ofMillis(500),
            Duration.ofSeconds(15),
            10_000,
            8 << 20);

    public TierConfig {
        requirePositive("deadline", deadline);
        requirePositive("writeDeadline", writeDeadline);
        requirePositive("retryAfter", retryAfter);
        if (retryAfterMax.compareTo(retryAfter) < 0) {
            throw new IllegalArgumentException("retryAfterMax " + retryAfterMax + " is below retryAfter " + retryAfter);
        }
        if (!(failuresToOpen > 0 && failuresToOpen <= 1)) {
            throw new IllegalArgumentException("failuresToOpen must be in (0, 1], not " + failuresToOpen);
        }
        if (window < 2 || callsMax < 1 || putBytesMax < 1) {
            throw new IllegalArgumentException("window must be at least 2, callsMax and putBytesMax at least 1, not "
                    + window + ", " + callsMax + ", " + putBytesMax);
        }
    }

    /** Returns these settings with another deadline for reads. */
    public TierConfig withDeadline(Duration other) {
        return new TierConfig(
                other, writeDeadline, failuresToOpen, window, retryAfter, retryAfterMax, callsMax, putBytesMax);
    }

    private static void requirePositive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be above zero, not " + value);
        }
    }
}
