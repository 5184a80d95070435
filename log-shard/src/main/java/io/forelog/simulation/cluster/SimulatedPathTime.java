package io.forelog.simulation.cluster;

import io.forelog.cache.PathTime;
import io.forelog.simulation.SimulatedProcess;
import java.time.Clock;
import java.time.Duration;

/** The time of a simulated process, for the path of a read. */
final class SimulatedPathTime implements PathTime {

    private final SimulatedProcess process;
    private final Clock clock;

    private static final class Planned {
        private boolean cancelled;
    }

    SimulatedPathTime(SimulatedProcess process, Clock clock) {
        this.process = process;
        this.clock = clock;
    }

    @Override
    public long nanoTime() {
        return process.nanoTime();
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Runnable after(long nanos, Runnable task) {
        var planned = new Planned();
        process.schedule(Duration.ofNanos(nanos), () -> {
            if (!planned.cancelled) {
                task.run();
            }
        });
        return () -> planned.cancelled = true;
    }

    @Override
    public Runnable every(long nanos, Runnable task) {
        var planned = new Planned();
        repeat(nanos, task, planned);
        return () -> planned.cancelled = true;
    }

    private void repeat(long nanos, Runnable task, Planned planned) {
        process.schedule(Duration.ofNanos(nanos), () -> {
            if (!planned.cancelled) {
                task.run();
                repeat(nanos, task, planned);
            }
        });
    }
}
