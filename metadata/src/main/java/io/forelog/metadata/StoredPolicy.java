package io.forelog.metadata;

import java.util.Map;

/**
 * How the shard manager shall act, as the cluster keeps it: a mode and numbers by name. What they mean, and their
 * bounds, is the manager's; a number that is not here has the manager's default.
 */
public record StoredPolicy(String mode, Map<String, Double> numbers) {

    /** Until someone says otherwise, nothing is changed without a call. */
    public static final StoredPolicy DEFAULT = new StoredPolicy("manual", Map.of());

    private static final int NUMBERS_MAX = 64;

    /** @throws IllegalArgumentException if there are too many numbers, or one is none */
    public StoredPolicy {
        numbers = Map.copyOf(numbers);
        if (numbers.size() > NUMBERS_MAX) {
            throw new IllegalArgumentException(
                    "a policy has at most " + NUMBERS_MAX + " numbers, not " + numbers.size());
        }
        numbers.forEach((name, value) -> {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException(name + " is a finite number, not " + value);
            }
        });
    }
}
