package io.forelog.loadgen.torture.fault;

import java.util.List;
import java.util.function.Supplier;

/** All kinds, by name. */
public final class Faults {

    private static final List<Supplier<Fault>> ALL = List.of(
            Kill::new,
            Pause::new,
            Partition::new,
            RollingRestart::new,
            Wipe::new,
            FlippedBit::new,
            FullDisk::new,
            SlowDisk::new,
            ClockStep::new,
            DeadRedis::new,
            SlowRedis::new,
            DeadHazelcast::new,
            SlowHazelcast::new,
            Split::new,
            Merge::new,
            Move::new,
            Rollback::new);

    private Faults() {}

    /** Returns the name of each. */
    public static List<String> names() {
        return ALL.stream().map(kind -> kind.get().name()).toList();
    }

    /** @throws IllegalArgumentException if there is none of this name */
    public static Fault named(String name) {
        return ALL.stream()
                .map(Supplier::get)
                .filter(fault -> fault.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "there is no fault '" + name + "', but " + String.join(", ", names())));
    }
}
