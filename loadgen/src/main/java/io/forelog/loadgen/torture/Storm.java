package io.forelog.loadgen.torture;

import io.forelog.loadgen.torture.fault.Fault;
import io.forelog.loadgen.torture.fault.Lane;
import io.forelog.loadgen.torture.fault.Scene;
import io.forelog.loadgen.torture.load.Violations;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Lets faults come: in each lane one after another, each kind once before any comes again, in an order by the seed. A
 * lane whose fault cannot be mended has found a violation, and ends.
 */
final class Storm {

    private static final Duration LEAST = Duration.ofMillis(500);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(500);

    private final TortureSettings settings;
    private final Function<Random, Scene> scenes;
    private final Violations violations;
    private final Consumer<String> told;
    private final List<FaultSpan> spans = new ArrayList<>();
    private final List<Thread> lanes = new ArrayList<>();

    /**
     * @param scenes a lane's, by its random numbers
     * @param told a line for each fault that is over
     */
    Storm(TortureSettings settings, Function<Random, Scene> scenes, Violations violations, Consumer<String> told) {
        this.settings = settings;
        this.scenes = scenes;
        this.violations = violations;
        this.told = told;
    }

    /** Begins. */
    void start(List<Fault> faults) {
        for (var lane : Lane.values()) {
            var kinds = faults.stream().filter(fault -> fault.lane() == lane).toList();
            if (!kinds.isEmpty()) {
                var random = new Random(settings.seed() + lane.ordinal());
                lanes.add(Thread.ofPlatform().name("torture-" + lane).start(() -> run(kinds, random)));
            }
        }
    }

    /** Returns once the time is over and all is mended. */
    void join() throws InterruptedException {
        for (var lane : lanes) {
            lane.join();
        }
    }

    private void run(List<Fault> kinds, Random random) {
        var scene = scenes.apply(random);
        long end = System.nanoTime() + settings.duration().toNanos();
        var deck = new ArrayList<Fault>();
        try {
            while (true) {
                pass(between(
                        random, settings.quietLeast(), settings.quietLeast().multipliedBy(2)));
                if (System.nanoTime() > end) {
                    return;
                }
                if (deck.isEmpty()) {
                    deck.addAll(kinds);
                }
                strike(deck.remove(random.nextInt(deck.size())), scene);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void strike(Fault fault, Scene scene) throws InterruptedException {
        long began = System.nanoTime();
        var what = "";
        try {
            var begun = fault.begin(scene);
            if (begun.isEmpty()) {
                pass(LOOK_AGAIN);
                return;
            }
            what = begun.get();
            pass(between(scene.random(), LEAST, settings.lastsMost()));
            fault.end(scene);
        } catch (IOException e) {
            violations.add(
                    "the cluster comes back",
                    scene.log(),
                    fault.name() + " of " + what + ": " + e.getMessage(),
                    List.of());
        }
        var span = new FaultSpan(fault.name(), what, began, System.nanoTime());
        synchronized (spans) {
            spans.add(span);
        }
        told.accept(String.format("%-10s %-45s %5.1f s", span.fault(), span.what(), (span.endedNanos() - began) / 1e9));
    }

    private static Duration between(Random random, Duration least, Duration most) {
        return Duration.ofNanos(random.nextLong(least.toNanos(), most.toNanos()));
    }

    private static void pass(Duration time) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(time.toNanos());
    }

    /** Returns what has happened so far. */
    List<FaultSpan> spans() {
        synchronized (spans) {
            return List.copyOf(spans);
        }
    }

    /** Returns how often each kind has happened. */
    Map<String, Integer> counts() {
        var counts = new TreeMap<String, Integer>();
        spans().forEach(span -> counts.merge(span.fault(), 1, Integer::sum));
        return counts;
    }
}
