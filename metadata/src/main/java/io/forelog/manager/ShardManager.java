package io.forelog.manager;

/** The decision round. */
public final class ShardManager {

    private ShardManager() {}

    /**
     * Decides what to do now. Splits come first, then moves, then merges: what is above its limit is more urgent than
     * what is idle. What is archived comes last: by then it is known what moves to which disk. The same input gives the
     * same output.
     */
    public static Round decide(ClusterView view, Policy policy) {
        var work = new RoundWork(view, policy);
        boolean acts = policy.mode() != Mode.MANUAL;
        if (acts) {
            new SpreadRule(work).release();
            new SplitRule(work).run();
        }
        new MoveRule(work).run();
        if (acts) {
            new MergeRule(work).run();
            new ArchiveRule(work).run();
        }
        return work.done();
    }
}
