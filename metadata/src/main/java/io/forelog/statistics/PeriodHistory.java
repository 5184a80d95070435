package io.forelog.statistics;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The periods of one shard: three hours minute by minute, two days by ten minutes, fourteen days by the hour. What has
 * become an hour is gone from the finer ones only when their bound is reached. Not safe for use by several threads.
 */
final class PeriodHistory {

    /** A resolution: its periods' length, and how many are kept. */
    enum Resolution {
        MINUTE(1, 180),
        TEN_MINUTES(10, 2 * 144),
        HOUR(60, 14 * 24);

        private final int minutes;
        private final int kept;

        Resolution(int minutes, int kept) {
            this.minutes = minutes;
            this.kept = kept;
        }
    }

    private final List<List<Period>> periods = new ArrayList<>();

    PeriodHistory() {
        for (var resolution : Resolution.values()) {
            periods.add(new ArrayList<>(resolution.minutes));
        }
    }

    List<Period> at(Resolution resolution) {
        return List.copyOf(periods.get(resolution.ordinal()));
    }

    /**
     * Adds a minute. One that is there already is added to, as by another node; one before the oldest kept is too
     * late.
     */
    void add(Period minute) {
        for (var resolution : Resolution.values()) {
            add(resolution, minute);
        }
    }

    private void add(Resolution resolution, Period minute) {
        var kept = periods.get(resolution.ordinal());
        long start = Math.floorDiv(minute.minute(), (long) resolution.minutes) * resolution.minutes;
        int at = kept.size();
        while (at > 0 && kept.get(at - 1).minute() > start) {
            at--;
        }
        if (at > 0 && kept.get(at - 1).minute() == start) {
            kept.set(at - 1, kept.get(at - 1).plus(minute));
        } else if (at > 0 || kept.size() < resolution.kept) {
            kept.add(at, aligned(minute, start, resolution));
        }
        if (kept.size() > resolution.kept) {
            kept.removeFirst();
        }
    }

    private static Period aligned(Period minute, long start, Resolution resolution) {
        return new Period(
                start,
                resolution.minutes,
                minute.counters().clone(),
                minute.slices().clone(),
                minute.sketches());
    }

    /** Puts a period back as it was stored. */
    void restore(Resolution resolution, Period period) {
        periods.get(resolution.ordinal()).add(period);
    }

    @Nullable
    Period latest() {
        var minutes = periods.getFirst();
        return minutes.isEmpty() ? null : minutes.getLast();
    }
}
