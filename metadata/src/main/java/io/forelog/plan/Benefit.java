package io.forelog.plan;

/**
 * What a plan is expected to gain over the horizon of its forecast.
 *
 * @param violationSecondsAvoided seconds above the limit, now expected, less those expected after the plan
 * @param headroom the share of the limit that is free at the expected peak after the plan, of what remains hottest
 * @param shardsSaved shards that need not be kept open any more
 */
public record Benefit(double violationSecondsAvoided, double headroom, int shardsSaved) {

    public static final Benefit NONE = new Benefit(0, 0, 0);
}
