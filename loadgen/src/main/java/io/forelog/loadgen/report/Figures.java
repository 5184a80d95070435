package io.forelog.loadgen.report;

import java.util.Locale;

/** Figures as people read them, the same everywhere. */
public final class Figures {

    private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

    private Figures() {}

    /** A count with thousands apart: {@code 1,234,567}. */
    public static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** A number of bytes with a unit that suits it: {@code 850 B}, {@code 12.3 MiB}. */
    public static String bytes(long count) {
        double value = count;
        int unit = 0;
        while (value >= 1024 && unit < UNITS.length - 1) {
            value /= 1024;
            unit++;
        }
        return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
    }

    /** A latency with a unit that suits it: {@code 850 µs}, {@code 12.3 ms}, {@code 4.56 s}. */
    public static String latency(double micros) {
        if (micros < 1_000) {
            return String.format(Locale.ROOT, "%.0f µs", micros);
        }
        return micros < 1_000_000
                ? String.format(Locale.ROOT, "%.2f ms", micros / 1e3)
                : String.format(Locale.ROOT, "%.2f s", micros / 1e6);
    }

    /** A share in 0 to 1 as a percentage with one decimal. */
    public static String share(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }
}
