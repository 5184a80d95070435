package io.forelog.server.control;

import io.forelog.manager.Mode;
import io.forelog.manager.Policy;
import io.forelog.metadata.StoredPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The manager's policy as the cluster keeps it, and back. What is not kept has the default. */
public final class Policies {

    /** Requests a second until someone who knows the machines says otherwise. */
    private static final double SHARD_LIMIT = 10_000;

    private static final String ADJUSTS = "adjusts";
    /** The longest past that a decision looks at. */
    private static final int MINUTES_MAX = 180;

    private Policies() {}

    /**
     * @throws IllegalArgumentException if it contradicts itself or has a number that is none of the manager's; the
     *     message says which
     */
    public static Policy of(StoredPolicy stored) {
        var mode = Mode.of(stored.mode());
        var numbers = numbers(Policy.of(mode, SHARD_LIMIT));
        requireKnown(stored.numbers().keySet(), numbers.keySet());
        numbers.putAll(stored.numbers());
        return new Policy(
                mode,
                numbers.get("shardLimit"),
                numbers.get("splitAt"),
                numbers.get("mergeAt"),
                numbers.get("nodeAt"),
                numbers.get("gainSecondsMin"),
                minutes(numbers, "leadMinutes"),
                minutes(numbers, "sustainMinutes"),
                minutes(numbers, "idleMinutes"),
                minutes(numbers, "settleMinutes"),
                numbers.get("bytesPerSecond"),
                (long) whole(numbers, "bytesPerHour", 1L << 53),
                (int) whole(numbers, "copiesPerNode", 1000),
                (int) whole(numbers, "shardsMin", 1024),
                numbers.get("diskFreeAt"),
                numbers.get(ADJUSTS) != 0);
    }

    public static StoredPolicy stored(Policy policy) {
        return new StoredPolicy(policy.mode().label(), numbers(policy));
    }

    /** Returns the thresholds of a policy by name; without whether they adjust themselves. */
    public static Map<String, Double> thresholds(Policy policy) {
        var numbers = numbers(policy);
        numbers.remove(ADJUSTS);
        return numbers;
    }

    /** Returns what is to be stored for thresholds that someone named. */
    public static StoredPolicy stored(String mode, Map<String, Double> thresholds, boolean adjusts) {
        var numbers = new LinkedHashMap<>(thresholds);
        numbers.put(ADJUSTS, adjusts ? 1.0 : 0.0);
        return stored(of(new StoredPolicy(mode, numbers)));
    }

    private static Map<String, Double> numbers(Policy policy) {
        var numbers = new LinkedHashMap<String, Double>();
        numbers.put("shardLimit", policy.shardLimit());
        numbers.put("splitAt", policy.splitAt());
        numbers.put("mergeAt", policy.mergeAt());
        numbers.put("nodeAt", policy.nodeAt());
        numbers.put("gainSecondsMin", policy.gainSecondsMin());
        numbers.put("leadMinutes", (double) policy.leadMinutes());
        numbers.put("sustainMinutes", (double) policy.sustainMinutes());
        numbers.put("idleMinutes", (double) policy.idleMinutes());
        numbers.put("settleMinutes", (double) policy.settleMinutes());
        numbers.put("bytesPerSecond", policy.bytesPerSecond());
        numbers.put("bytesPerHour", (double) policy.bytesPerHour());
        numbers.put("copiesPerNode", (double) policy.copiesPerNode());
        numbers.put("shardsMin", (double) policy.shardsMin());
        numbers.put("diskFreeAt", policy.diskFreeAt());
        numbers.put(ADJUSTS, policy.adjusts() ? 1.0 : 0.0);
        return numbers;
    }

    private static int minutes(Map<String, Double> numbers, String name) {
        return (int) whole(numbers, name, MINUTES_MAX);
    }

    private static double whole(Map<String, Double> numbers, String name, double max) {
        double value = numbers.get(name);
        if (value != Math.rint(value) || value < 0 || value > max) {
            throw new IllegalArgumentException(name + " is a whole number from 0 to " + (long) max + ", not " + value);
        }
        return value;
    }

    private static void requireKnown(Set<String> given, Set<String> known) {
        var unknown = new TreeSet<>(given);
        unknown.removeAll(known);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "'" + unknown.first() + "' is no threshold; " + new TreeSet<>(known) + " are");
        }
    }
}
