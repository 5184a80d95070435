package io.forelog.prefetch;

import io.forelog.prefetch.model.AccessModel;
import io.forelog.prefetch.model.Guesses;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/** Scores guesses by what became of earlier ones like them, and keeps the trials that tell. */
final class Judge {

    private static final int HORIZON_READS = 256;
    /** A guess that is awaited takes the room of a key: few where few keys are known. */
    private static final int KEYS_PER_SANDBOXED = 16;

    final Trials trials;
    private final AccessModel model;
    private final Scoreboard scoreboard;
    private final GuessFilter filter;
    private final MergedGuesses merged;
    private final SandboxRing sandbox = new SandboxRing();
    private long signs;
    private short logit;
    /** How long a prefetched entry that nobody asks for stays in the cache, smoothed; 0 while unknown. */
    private double horizon;

    /** @param trialBytesMax the bound on the memory of trials */
    Judge(AccessModel model, long trialBytesMax) {
        this.model = model;
        trials = new Trials(trialBytesMax);
        scoreboard = new Scoreboard(model.cells());
        filter = new GuessFilter(model);
        merged = new MergedGuesses(model);
    }

    /** Returns the guesses to be judged, each key once, without those of a cell that is worse than {@code least}. */
    MergedGuesses merge(Guesses guesses, float least) {
        merged.merge(guesses, scoreboard, least);
        return merged;
    }

    /**
     * Returns the probability that guess {@code i} comes true; it is the one that the next {@link #await} is about.
     *
     * @param outcome of the read that the guess was made at
     */
    float score(int i, ReadOutcome outcome) {
        logit = GuessFilter.logit(merged.best(i));
        signs = filter.signs(merged, i, outcome, scoreboard);
        return filter.probability(merged.cell(i, 0), signs, logit);
    }

    /** Awaits the outcome of the guess scored last, which is to be fetched. */
    void await(int i, long now) {
        await(i, Trials.QUEUED, now);
    }

    /** Awaits the outcome of the guess scored last, which is not fetched; if too many are awaited, does not. */
    void sandbox(int i, long now) {
        expire(now);
        sandbox.ensureCapacity(model.trackedKeys() / KEYS_PER_SANDBOXED);
        if (!sandbox.isFull()) {
            sandbox.add(merged.key(i), now);
            await(i, Trials.SANDBOX, now);
        }
    }

    private void await(int i, byte state, long now) {
        trials.describe(trials.add(merged.key(i), merged.id(i), state, now), merged, i, signs, logit);
    }

    private void expire(long now) {
        while (!sandbox.isEmpty() && now - sandbox.oldestTime() > horizon()) {
            int slot = trials.find(sandbox.oldestKey());
            if (slot >= 0 && trials.state(slot) == Trials.SANDBOX && trials.time(slot) == sandbox.oldestTime()) {
                settle(slot, false);
            }
            sandbox.removeOldest();
        }
    }

    /** Learns how a trial ended, and forgets it. */
    void settle(int slot, boolean success) {
        learn(slot, success);
        trials.removeAt(slot);
    }

    /** Learns how a trial ended. */
    void learn(int slot, boolean success) {
        for (int i = 0; i < Trials.CELLS && trials.cell(slot, i) >= 0; i++) {
            scoreboard.record(trials.cell(slot, i), success);
        }
        trials.learn(slot, filter, success);
        model.judged(trials.key(slot), trials.id(slot), success);
    }

    /** Until it is measured: what comes true much later would have been evicted, or not worth its place. */
    private double horizon() {
        return horizon > 0 ? horizon : HORIZON_READS * model.pause();
    }

    /** Notes how long an entry that nobody asked for was in the cache. */
    void unusedFor(double age) {
        double before = horizon();
        horizon = before + (age - before) / 64;
    }

    void write(DataOutput out) throws IOException {
        scoreboard.write(out);
        filter.write(out);
    }

    void read(DataInput in) throws IOException {
        scoreboard.read(in);
        filter.read(in);
    }

    long bytes() {
        return trials.bytes() + scoreboard.bytes() + filter.bytes() + sandbox.bytes();
    }
}
