package io.forelog.simulation.cluster;

import java.util.ArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Runs seeds in their order, some of them beside each other: each is a world of its own, and comes out the same
 * whatever runs beside it. Used once, by one thread.
 */
public final class ManySeeds {

    private final long end;
    private final LongFunction<RunResult> runs;
    private long next;
    private @Nullable RunResult violated;
    private @Nullable Throwable failure;

    /**
     * @param first seed
     * @param count how many there are at most
     * @param runs one, on any thread
     */
    public ManySeeds(long first, long count, LongFunction<RunResult> runs) {
        this.next = first;
        this.end = first + count;
        this.runs = runs;
    }

    /**
     * Runs them until all are done, until one broke a promise, or until no more are wanted; those that were begun are
     * ended, so that none below another is left out.
     *
     * @param threads how many seeds run at a time
     * @param goesOn whether another one is wanted
     * @param done told of each that kept its promises, one at a time
     * @return the lowest seed that broke one, or null
     */
    public @Nullable RunResult run(int threads, BooleanSupplier goesOn, Consumer<RunResult> done) {
        var workers = new ArrayList<Thread>();
        for (int i = 0; i < threads; i++) {
            workers.add(Thread.ofPlatform().name("seeds-" + i).start(() -> work(goesOn, done)));
        }
        workers.forEach(ManySeeds::join);
        synchronized (this) {
            if (failure != null) {
                throw new IllegalStateException("a seed could not be run", failure);
            }
            return violated;
        }
    }

    private void work(BooleanSupplier goesOn, Consumer<RunResult> done) {
        try {
            for (var seed = next(goesOn); seed != null; seed = next(goesOn)) {
                done(runs.apply(seed), done);
            }
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private synchronized @Nullable Long next(BooleanSupplier goesOn) {
        return violated == null && failure == null && next < end && goesOn.getAsBoolean() ? next++ : null;
    }

    private synchronized void done(RunResult result, Consumer<RunResult> done) {
        if (result.violation() == null) {
            done.accept(result);
        } else if (violated == null || result.seed() < violated.seed()) {
            violated = result;
        }
    }

    private synchronized void failed(Throwable cause) {
        failure = cause;
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while seeds run", e);
        }
    }
}
