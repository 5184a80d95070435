package io.forelog.simulation.cluster;

import io.forelog.simulation.SimulatedRuntime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What happened in a run, the last thousands of events: for whoever must explain it. */
final class Timeline {

    private static final int EVENTS_MAX = 20_000;

    private final SimulatedRuntime runtime;
    private final long beganNanos;
    private final Deque<String> events = new ArrayDeque<>();

    Timeline(SimulatedRuntime runtime) {
        this.runtime = runtime;
        this.beganNanos = runtime.nanoTime();
    }

    void add(String event) {
        double seconds = (double) (runtime.nanoTime() - beganNanos) / TimeUnit.SECONDS.toNanos(1);
        if (events.size() == EVENTS_MAX) {
            events.remove();
        }
        events.add(String.format(Locale.ROOT, "%9.4f s  %s", seconds, event));
        runtime.trace(event.hashCode());
    }

    List<String> events() {
        return List.copyOf(events);
    }
}
