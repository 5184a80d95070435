package io.forelog.manager;

import io.forelog.forecast.Outlook;
import io.forelog.metadata.KeyRange;

/**
 * One open shard as the decision sees it. The array is not copied.
 *
 * @param node that leads it
 * @param bytes stored, what a move must copy
 * @param recent load of the latest minutes, oldest first; at least one
 * @param outlook what is expected
 * @param curve how the load lies over the range
 * @param settledMinutes since its last split, merge or move
 * @param busy whether a plan is under way for it
 * @param replicas that there are of it, the leader's among them
 */
public record ShardView(
        ShardId id,
        KeyRange range,
        String node,
        long bytes,
        float[] recent,
        Outlook outlook,
        LoadCurve curve,
        int settledMinutes,
        boolean busy,
        int replicas) {

    /** A shard that is on one node alone. */
    public ShardView(
            ShardId id,
            KeyRange range,
            String node,
            long bytes,
            float[] recent,
            Outlook outlook,
            LoadCurve curve,
            int settledMinutes,
            boolean busy) {
        this(id, range, node, bytes, recent, outlook, curve, settledMinutes, busy, 1);
    }

    /** Returns the load of the latest minute. */
    public double load() {
        return recent[recent.length - 1];
    }

    /** Returns the load of the latest minute, or the highest that is expected if that is more. */
    double peak() {
        double peak = load();
        for (float expected : outlook.expected()) {
            peak = Math.max(peak, expected);
        }
        return peak;
    }

    /** Returns whether each of the last {@code minutes} was above {@code limit}. */
    boolean heldAbove(double limit, int minutes) {
        return held(recent, limit, minutes, true);
    }

    /** Returns whether each of the last {@code minutes} was below {@code limit}. */
    boolean heldBelow(double limit, int minutes) {
        return held(recent, limit, minutes, false);
    }

    static boolean held(float[] recent, double limit, int minutes, boolean above) {
        if (recent.length < minutes) {
            return false;
        }
        for (int i = recent.length - minutes; i < recent.length; i++) {
            if (above ? recent[i] <= limit : recent[i] >= limit) {
                return false;
            }
        }
        return true;
    }
}
