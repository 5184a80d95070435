package io.forelog.statistics;

import java.util.List;

/**
 * How often a shard is to be read, by when it was read: each read counts half as much after a half-life, as in LRFU
 * (Lee et al., "LRFU: a spectrum of policies that subsumes the least recently used and least frequently used policies",
 * IEEE Transactions on Computers, 2001). Pure functions.
 */
public final class Heat {

    private static final double HOUR_MINUTES = 60;

    /** What is read now is hot though it was not yesterday, and what is read each night is not cold by day. */
    private static final double[] HALF_LIVES_MINUTES = {HOUR_MINUTES, 24 * HOUR_MINUTES};

    private Heat() {}

    /**
     * Returns the reads that are expected in the hour after a minute: by the half-life that expects more.
     *
     * @param past in any order, none counted twice
     * @param minute since the epoch
     */
    public static double readsExpected(List<Period> past, long minute) {
        double most = 0;
        for (double halfLife : HALF_LIVES_MINUTES) {
            double decayed = 0;
            for (var period : past) {
                long reads = period.count(Counter.READS);
                // What is sealed is mostly not read at all.
                if (reads > 0) {
                    double age = Math.max(0, minute - (period.minute() + period.minutes() - 1));
                    decayed += reads * Math.exp(-Math.log(2) * age / halfLife);
                }
            }
            // A steady rate adds up to itself times the mean life.
            most = Math.max(most, decayed * Math.log(2) * HOUR_MINUTES / halfLife);
        }
        return most;
    }
}
