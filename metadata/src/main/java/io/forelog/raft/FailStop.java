package io.forelog.raft;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stops a replica for good at its first error that must not be survived. MicroRaft catches what a store throws and goes
 * on: a leader's retry of entries whose flush failed would be acknowledged unflushed. So from the moment of the error
 * no task of the node runs, and no message of it leaves.
 */
final class FailStop {

    private final AtomicReference<Optional<Throwable>> cause = new AtomicReference<>(Optional.empty());
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    /** Work of the store, whose failure is final. */
    interface StoreWork<T> {
        T run() throws IOException;
    }

    boolean isStopped() {
        return cause.get().isPresent();
    }

    Optional<Throwable> cause() {
        return cause.get();
    }

    /** Runs {@code listener} on the thread that stops the replica. */
    void onStop(Runnable listener) {
        listeners.add(listener);
    }

    void stop(Throwable reason) {
        if (cause.compareAndSet(Optional.empty(), Optional.of(reason))) {
            listeners.forEach(Runnable::run);
        }
    }

    /** Runs {@code work}, unless the replica has stopped; any failure of it stops the replica. */
    <T> T guard(StoreWork<T> work) throws IOException {
        if (isStopped()) {
            throw new IOException("the replica has stopped", cause.get().orElseThrow());
        }
        try {
            return work.run();
        } catch (IOException | RuntimeException | Error e) {
            stop(e);
            throw e;
        }
    }
}
