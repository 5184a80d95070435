package io.forelog.loadgen.report;

import io.forelog.loadgen.torture.TortureResult;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A torture as text. */
public final class TortureReport {

    private TortureReport() {}

    /** Returns several lines, each ended. */
    public static String text(TortureResult result) {
        var text = new StringBuilder();
        line(text, "seed", Long.toString(result.seed()));
        line(text, "tortured for", String.format(Locale.ROOT, "%.1f s", result.seconds()));
        result.records().forEach((log, words) -> line(text, "records of " + log, words));
        line(text, "answered", counts(result.calls()));
        line(text, "refused or unknown", counts(result.failures()));
        line(text, "faults", counts(result.faults()));
        result.skipped().forEach((fault, why) -> line(text, "skipped " + fault, why));
        line(text, "availability", availability(result.availability()));
        line(
                text,
                "longest outage",
                String.format(Locale.ROOT, "%.2f s: %s", result.longestOutageSeconds(), result.longestOutageCause()));
        line(text, "replicas", result.replicas());
        line(text, "violations", Long.toString(result.violations()));
        result.firstViolations().forEach(each -> text.append("  ").append(each).append('\n'));
        if (!result.timeline().isEmpty()) {
            text.append("The first one:\n");
            result.timeline().forEach(each -> text.append(each).append('\n'));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String words) {
        text.append(String.format("%-20s %s%n", label, words));
    }

    private static String counts(Map<String, ? extends Number> counts) {
        return counts.isEmpty()
                ? "none"
                : counts.entrySet().stream()
                        .map(each -> each.getKey() + " " + each.getValue())
                        .collect(Collectors.joining(", "));
    }

    private static String availability(Map<Integer, Double> shares) {
        double least =
                shares.values().stream().mapToDouble(Double::doubleValue).min().orElse(0);
        double mean = shares.values().stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
        return String.format(
                Locale.ROOT,
                "%.2f %% of the seconds in which one was asked, the mean of %d shards; %.2f %% the least",
                mean * 100,
                shares.size(),
                least * 100);
    }
}
