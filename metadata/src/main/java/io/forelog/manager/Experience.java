package io.forelog.manager;

import io.forelog.plan.PlanKind;

/**
 * What plans made ahead have really gained, as a share of what was predicted: thresholds adjust themselves by it. A
 * share below 1 means that forecasts promised too much, and the next plan must promise more to be made. A merge
 * promises that its shard will not be missed: where it was, neighbours must be idler to be merged.
 *
 * @param split share of the predicted gain that splits had, 0.1 to 2
 * @param move the same of moves
 * @param merge share of merges that need not have been undone
 * @param plans how many were counted
 */
public record Experience(double split, double move, double merge, long plans) {

    public static final Experience NONE = new Experience(1, 1, 1, 0);

    private static final double WEIGHT = 0.1;

    /** Returns this experience after a plan of {@code kind} that was made on a forecast. */
    public Experience after(PlanKind kind, double predictedSeconds, double actualSeconds) {
        double share = Math.clamp(actualSeconds / Math.max(1, predictedSeconds), 0.1, 2);
        return switch (kind) {
            case SPLIT -> new Experience(split + WEIGHT * (share - split), move, merge, plans + 1);
            case MOVE -> new Experience(split, move + WEIGHT * (share - move), merge, plans + 1);
            case MERGE -> new Experience(split, move, merge + WEIGHT * (share - merge), plans + 1);
            case ARCHIVE, PIN -> this;
        };
    }

    /** Returns how much a predicted gain of a plan of {@code kind} is worth. */
    public double worth(PlanKind kind, Policy policy) {
        if (!policy.adjusts()) {
            return 1;
        }
        // Never below a third: a manager that stopped acting would never learn that it was wrong to.
        double share =
                switch (kind) {
                    case SPLIT -> split;
                    case MOVE -> move;
                    case MERGE -> Math.min(1, merge);
                    case ARCHIVE, PIN -> 1;
                };
        return Math.max(1.0 / 3, share);
    }
}
