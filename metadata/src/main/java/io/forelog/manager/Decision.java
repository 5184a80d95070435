package io.forelog.manager;

import io.forelog.plan.Benefit;
import io.forelog.plan.Cost;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What the shard manager decided about something, and why.
 *
 * @param atMillis since the epoch
 * @param subject a shard, two, or a node
 * @param action {@code split}, {@code merge}, {@code move}, {@code pin}, {@code unpin}, {@code archive}, {@code
 *     announce}, or {@code none}
 * @param inputs the figures that it rests on, each named with its unit
 * @param alternatives what else was looked at and why it was not taken
 * @param reason for people
 * @param actualGain in the unit of the benefit, once it is known
 */
public record Decision(
        long atMillis,
        String subject,
        String action,
        Map<String, Double> inputs,
        List<String> alternatives,
        String reason,
        Cost cost,
        Benefit benefit,
        OptionalDouble actualGain) {

    public static final String NONE = "none";

    public Decision {
        inputs = Map.copyOf(inputs);
        alternatives = List.copyOf(alternatives);
    }

    /** Returns this decision with what it really gained. */
    public Decision gained(double seconds) {
        return new Decision(
                atMillis, subject, action, inputs, alternatives, reason, cost, benefit, OptionalDouble.of(seconds));
    }
}
