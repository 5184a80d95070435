package io.forelog.raft;

import java.util.Random;
import java.util.random.RandomGenerator;

/**
 * The chance that MicroRaft takes for one thing only: what it adds to the time after which an election is held again.
 * It asks for a tenth of a second of its own, a hundredth of ours, in which candidates that have split the votes meet
 * again and again where votes take longer than that to be forced. They get as much as the time limit itself (Ongaro and
 * Ousterhout, "In Search of an Understandable Consensus Algorithm", section 9.3).
 */
final class ElectionNoise extends Random {

    private static final long serialVersionUID = 1;

    private final transient RandomGenerator chance;
    private final int millisMax;

    ElectionNoise(RandomGenerator chance, RaftTiming timing) {
        this.chance = chance;
        this.millisMax = Math.toIntExact(timing.electionTimeout().toMillis() * timing.scale());
    }

    @Override
    public int nextInt(int bound) {
        return chance.nextInt(Math.max(bound, millisMax));
    }
}
