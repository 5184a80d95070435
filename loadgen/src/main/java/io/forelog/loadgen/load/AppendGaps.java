package io.forelog.loadgen.load;

import io.forelog.record.RecordAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/**
 * The times in which no append to a shard was acknowledged: what callers see of a leader's failure. Only gaps that are
 * long for a load of this density are kept, the longest ones if there are very many.
 *
 * <p>Safe for use by several threads.
 */
public final class AppendGaps implements LoadListener {

    private static final int GAPS_MAX = 100_000;

    /**
     * One such time, by {@link System#nanoTime}.
     *
     * @param fromNanos when the last append before it was acknowledged
     * @param endNanos when the next one was
     */
    public record Gap(int shard, long fromNanos, long endNanos) {

        public Duration length() {
            return Duration.ofNanos(endNanos - fromNanos);
        }
    }

    private final Duration least;
    private final LongSupplier nanoTime;
    private final Map<Integer, Long> lastAcknowledged = new TreeMap<>();
    private final List<Gap> gaps = new ArrayList<>();

    /** @param least shorter gaps are the load's own */
    public AppendGaps(Duration least) {
        this(least, System::nanoTime);
    }

    AppendGaps(Duration least, LongSupplier nanoTime) {
        this.least = least;
        this.nanoTime = nanoTime;
    }

    @Override
    public synchronized void appended(List<RecordAddress> addresses) {
        long now = nanoTime.getAsLong();
        for (var address : addresses) {
            var last = lastAcknowledged.put(address.shard(), now);
            if (last != null && now - last >= least.toNanos()) {
                keep(new Gap(address.shard(), last, now));
            }
        }
    }

    private void keep(Gap gap) {
        gaps.add(gap);
        if (gaps.size() > GAPS_MAX) {
            gaps.sort(Comparator.comparing(Gap::length).reversed());
            gaps.subList(GAPS_MAX / 2, gaps.size()).clear();
        }
    }

    /** Returns the longest gap that is over. */
    public synchronized Optional<Gap> longest() {
        return gaps.stream().max(Comparator.comparing(Gap::length));
    }

    /** Returns the longest gap of any shard that lies, in part or whole, between two moments. */
    public synchronized Optional<Gap> longestBetween(long fromNanos, long endNanos) {
        return gaps.stream()
                .filter(gap -> gap.fromNanos() - endNanos < 0 && gap.endNanos() - fromNanos > 0)
                .max(Comparator.comparing(Gap::length));
    }
}
