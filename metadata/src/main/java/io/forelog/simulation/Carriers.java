package io.forelog.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The threads that run events, of which one at a time does: whoever has the baton. A task that waits passes it to
 * another thread, which goes on with the events, until one of these wakes the task. So code that blocks is run as it
 * is, and in an order that chance of the machine has no part in.
 */
final class Carriers implements AutoCloseable {

    private final BooleanSupplier step;
    private final List<Carrier> waiting = new ArrayList<>();
    private final Semaphore driver = new Semaphore(0);
    /** The one that has the baton. */
    private @Nullable Carrier running;

    private @Nullable Throwable failure;
    private boolean closed;

    private final class Carrier implements Runnable {

        private final Semaphore baton = new Semaphore(0);
        private boolean gaveAway;

        @Override
        public void run() {
            try {
                boolean more = true;
                while (more && !gaveAway && !closed) {
                    more = step.getAsBoolean();
                }
            } catch (RuntimeException | Error e) {
                failure = e;
            }
            if (!gaveAway) {
                driver.release();
            }
        }
    }

    /** Unwinds a task that waited when all ended. */
    private static final class Closed extends Error {

        private static final long serialVersionUID = 1;

        Closed() {
            super("the simulation is over", null, false, false);
        }
    }

    /** @param step runs one event; false if there is none to be run now */
    Carriers(BooleanSupplier step) {
        this.step = step;
    }

    /** Runs events until there is none, from the thread that drives all; throws what one of them threw. */
    void drive() {
        passOn();
        driver.acquireUninterruptibly();
        var thrown = failure;
        failure = null;
        switch (thrown) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(thrown);
        }
    }

    private void passOn() {
        running = new Carrier();
        Thread.ofVirtual().name("simulation").start(running);
    }

    /** Lets the calling task, which has the baton, wait until an event runs what {@code planned} was given. */
    void pause(Consumer<Runnable> planned) {
        if (closed) {
            throw new Closed();
        }
        var self = running;
        if (self == null) {
            throw new IllegalStateException("only a task may wait");
        }
        planned.accept(() -> wake(self));
        waiting.add(self);
        passOn();
        self.baton.acquireUninterruptibly();
        if (closed) {
            throw new Closed();
        }
    }

    /** Gives the baton of the thread that runs this event, and nothing else, to one that waits. */
    private void wake(Carrier carrier) {
        if (running != null) {
            running.gaveAway = true;
        }
        waiting.remove(carrier);
        running = carrier;
        carrier.baton.release();
    }

    /** Ends all threads that wait, one by one. */
    @Override
    public void close() {
        closed = true;
        for (var carrier : List.copyOf(waiting)) {
            running = carrier;
            carrier.baton.release();
            driver.acquireUninterruptibly();
        }
    }
}
