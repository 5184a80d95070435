package io.forelog.server.ahead;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that runs tasks in order and, when there are none, looks for more a few times before it sleeps. Whoever
 * hands it one meanwhile need not wake it: to wake a thread for each read took an event loop longer than the read of a
 * cached record. A task waits for at most {@value #LOOK_EVERY_MICROS} microseconds more than it otherwise would.
 *
 * <p>The queue is bounded by whoever fills it: the prefetcher has one task at most.
 */
public final class LingeringThread implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LingeringThread.class);
    private static final long LOOK_EVERY_MICROS = 100;
    private static final int LOOKS = 20;

    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread thread;
    private volatile boolean asleep;
    private volatile boolean closed;

    public LingeringThread(String name) {
        thread = Thread.ofPlatform().name(name).start(this::run);
    }

    /** What comes after the thread was closed is dropped. */
    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (asleep) {
            LockSupport.unpark(thread);
        }
    }

    private void run() {
        while (!closed) {
            if (!runAll() && !comesSoon()) {
                asleep = true;
                // Whoever came before this was visible has not woken it.
                if (tasks.isEmpty() && !closed) {
                    LockSupport.park(this);
                }
                asleep = false;
            }
        }
    }

    private boolean runAll() {
        boolean any = false;
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            any = true;
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("a task failed", e);
            }
        }
        return any;
    }

    private boolean comesSoon() {
        for (int i = 0; i < LOOKS && tasks.isEmpty() && !closed; i++) {
            LockSupport.parkNanos(this, TimeUnit.MICROSECONDS.toNanos(LOOK_EVERY_MICROS));
        }
        return !tasks.isEmpty();
    }

    /** Ends the thread once it is done with its task; returns when it has ended. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
