package io.forelog.loadgen.torture;

import io.forelog.loadgen.torture.load.Ledger;
import io.forelog.loadgen.torture.load.Ledger.Moment;
import io.forelog.loadgen.torture.load.Violations.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A violation as a story: what happened to the records that it is about, and to the cluster around those moments. */
final class Timeline {

    private static final long AROUND_NANOS = Duration.ofSeconds(15).toNanos();
    private static final int LINES_MAX = 200;

    private Timeline() {}

    /**
     * Returns a line for each moment, in order.
     *
     * @param zeroNanos what moments are counted from
     */
    static List<String> of(Violation violation, Ledger ledger, List<FaultSpan> spans, long zeroNanos) {
        var moments = new ArrayList<Moment>();
        violation.records().stream().distinct().forEach(number -> moments.addAll(ledger.moments(number)));
        moments.add(new Moment(violation.nanoTime(), "SEEN: " + violation.promise() + ": " + violation.detail()));
        var ofRecords = List.copyOf(moments);
        for (var span : spans) {
            boolean isNear = ofRecords.stream()
                    .anyMatch(
                            moment -> span.touches(moment.nanoTime() - AROUND_NANOS, moment.nanoTime() + AROUND_NANOS));
            if (isNear) {
                moments.add(new Moment(span.beganNanos(), span.fault() + " begins: " + span.what()));
                moments.add(new Moment(span.endedNanos(), span.fault() + " is over: " + span.what()));
            }
        }
        return moments.stream()
                .sorted(Comparator.comparingLong(moment -> moment.nanoTime() - zeroNanos))
                .limit(LINES_MAX)
                .map(moment -> String.format("%9.3f s  %s", (moment.nanoTime() - zeroNanos) / 1e9, moment.text()))
                .toList();
    }
}
