package io.forelog.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;

/** The meters of plans. */
final class PlanMeters {

    private PlanMeters() {}

    /** Returns what takes the pauses of cutovers, in nanoseconds. */
    static LongConsumer pauses(MeterRegistry registry) {
        var timer = Timer.builder("forelog.plans.cutover.pause")
                .description("For how long nobody took a shard's appends while it was split, merged or moved")
                .serviceLevelObjectives(
                        Duration.ofMillis(2),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(20),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(200),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(5))
                .register(registry);
        return nanos -> timer.record(nanos, TimeUnit.NANOSECONDS);
    }
}
