package io.forelog.cache;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that goes on when a test says so, and then does on the test's thread what is due. */
final class ManualTime implements PathTime {

    private final List<Planned> planned = new ArrayList<>();
    private long nanos = Duration.ofDays(1).toNanos();

    private record Planned(long at, Runnable task) {}

    @Override
    public long nanoTime() {
        return nanos;
    }

    @Override
    public Clock clock() {
        return new Clock() {

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                throw new UnsupportedOperationException("in UTC alone");
            }

            @Override
            public Instant instant() {
                return Instant.EPOCH.plusNanos(nanos);
            }
        };
    }

    @Override
    public Runnable after(long delay, Runnable task) {
        var mine = new Planned(nanos + delay, task);
        planned.add(mine);
        return () -> planned.remove(mine);
    }

    @Override
    public Runnable every(long delay, Runnable task) {
        return after(delay, () -> {
            task.run();
            every(delay, task);
        });
    }

    void advance(Duration time) {
        long end = nanos + time.toNanos();
        for (var next = due(end); next.isPresent(); next = due(end)) {
            planned.remove(next.get());
            nanos = Math.max(nanos, next.get().at);
            next.get().task.run();
        }
        nanos = end;
    }

    private Optional<Planned> due(long end) {
        return planned.stream().filter(each -> each.at <= end).min(Comparator.comparingLong(Planned::at));
    }
}
