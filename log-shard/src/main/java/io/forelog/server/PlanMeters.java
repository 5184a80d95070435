package io.forelog.server;

import io.forelog.replication.PauseListener;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The meters of plans: for how long cutovers stop appends, and with what that time passes. */
final class PlanMeters implements PauseListener {

    private static final Duration[] BOUNDS = {
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(20),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(200),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5)
    };

    private final Timer pauses;
    private final Map<Part, Timer> parts = new EnumMap<>(Part.class);

    PlanMeters(MeterRegistry registry) {
        pauses = Timer.builder("forelog.plans.cutover.pause")
                .description("For how long nobody took a shard's appends while it was split, merged or moved")
                .serviceLevelObjectives(BOUNDS)
                .register(registry);
        for (var part : Part.values()) {
            parts.put(
                    part,
                    Timer.builder("forelog.plans.cutover.part")
                            .description("How long the parts of a cutover took: until the shard's last entry was"
                                    + " committed, what it remembers was known to its successor's leader, its last"
                                    + " records were copied, the successor's first entry was committed, and the map"
                                    + " named it")
                            .tag("part", part.name().toLowerCase(Locale.ROOT))
                            .serviceLevelObjectives(BOUNDS)
                            .register(registry));
        }
    }

    @Override
    public void paused(long nanos) {
        pauses.record(nanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public void took(Part part, long nanos) {
        parts.get(part).record(nanos, TimeUnit.NANOSECONDS);
    }
}
