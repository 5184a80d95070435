package io.forelog.loadgen.torture.load;

import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.ForelogClientException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One caller that does the same again and again, on a thread of its own, until it is told to end. */
abstract class Worker {

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    final ForelogClient client;
    final Ledger ledger;
    final Answers answers;
    final Random random;
    private final String name;
    private final Duration pause;
    private final BooleanSupplier isOver;

    /**
     * What a worker works with.
     *
     * @param pause between one call and the next
     * @param isOver whether to end
     */
    record Job(
            String name,
            ForelogClient client,
            Ledger ledger,
            Answers answers,
            Random random,
            Duration pause,
            BooleanSupplier isOver) {}

    Worker(Job job) {
        this.name = job.name();
        this.client = job.client();
        this.ledger = job.ledger();
        this.answers = job.answers();
        this.random = job.random();
        this.pause = job.pause();
        this.isOver = job.isOver();
    }

    final String name() {
        return name;
    }

    final boolean isOver() {
        return isOver.getAsBoolean();
    }

    /** Works until it is over. */
    final void run() {
        try {
            while (!isOver()) {
                attempt();
                rest(pause);
            }
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            ledger.violate("answers can be understood", name + " ended: " + e, List.of());
        }
    }

    private void attempt() throws InterruptedException {
        try {
            work();
        } catch (ForelogClientException e) {
            failed(e);
            rest(PAUSE_AFTER_FAILURE);
        }
    }

    final void failed(ForelogClientException failure) {
        if (!answers.failed(name, failure)) {
            ledger.violate(
                    "honest answers", name + " was told " + failure.slug() + ": " + failure.getMessage(), List.of());
        }
    }

    static void rest(Duration pause) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(pause.toNanos());
    }

    /** Does it once. */
    abstract void work() throws InterruptedException;

    /** Does what is left to do when it is over. */
    void end() throws InterruptedException {}
}
