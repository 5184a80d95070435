package io.forelog.manager;

import io.forelog.plan.Cost;
import java.util.List;

/**
 * One sealed shard that has bytes on disks, as the decision sees it.
 *
 * @param nodes that hold it, each with as many bytes
 * @param bytes on each of their disks
 * @param readsExpected in the coming hour, from the decayed heat of its past
 * @param archivable whether its log lets it be archived
 * @param settledMinutes since a plan last changed it
 * @param busy whether a plan is under way for it
 * @param leaving whether that plan archives it, so that its bytes are as good as free
 */
public record SealedView(
        ShardId id,
        List<String> nodes,
        long bytes,
        double readsExpected,
        boolean archivable,
        int settledMinutes,
        boolean busy,
        boolean leaving) {

    /**
     * What a read waits for an archive, of which it fetches a frame and unpacks it; an assumption, of Amazon's own
     * words on S3 (100 to 200 ms to the first byte) the lower bound. A directory takes less.
     */
    private static final double ARCHIVED_READ_SECONDS = 0.1;

    public SealedView {
        nodes = List.copyOf(nodes);
    }

    /** Returns how likely it is that a shard is read at all, reads coming independently of each other: 0 to 1. */
    public static double accessProbability(double readsExpected) {
        return -Math.expm1(-readsExpected);
    }

    /**
     * Returns the migration score: the probability of access for each byte that is moved. What has the lowest is
     * archived first.
     */
    public static double score(double readsExpected, long bytes) {
        return accessProbability(readsExpected) / Math.max(1, bytes);
    }

    /** Returns what it costs to archive a shard: the copy, and what its readers wait from then on, for an hour. */
    static Cost archiveCost(long bytes, double readsExpected, Policy policy) {
        var copy = Cost.of(bytes, policy.bytesPerSecond(), 0);
        // Nobody appends to it, so nobody waits for a cutover.
        double pauseSeconds = copy.pauseMillis() / 1000;
        double waitSeconds = readsExpected * ARCHIVED_READ_SECONDS;
        return new Cost(bytes, copy.copySeconds(), 0, 0, copy.disruptionSeconds() - pauseSeconds + waitSeconds);
    }
}
