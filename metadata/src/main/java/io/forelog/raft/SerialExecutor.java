package io.forelog.raft;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time, in order, on the threads of a pool: many of these share few threads. A task that throws is
 * logged, and the next one runs.
 *
 * <p>Unbounded, for MicroRaft cannot be refused; what reaches it is bounded by admission, by the peers' stop-and-wait,
 * and by the bound of the log.
 */
final class SerialExecutor implements SerialTasks, Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(SerialExecutor.class);
    private static final int TASKS_PER_TURN = 256;

    private final String name;
    private final Executor pool;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    SerialExecutor(String name, Executor pool) {
        this.name = name;
        this.pool = pool;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            pool.execute(this);
        }
    }

    @Override
    public void executeHere(Runnable task) {
        tasks.add(task);
        if (waiting.getAndIncrement() == 0) {
            run();
        }
    }

    /** Runs what waits, but not for ever: other groups share the thread. */
    @Override
    public void run() {
        var done = 0;
        do {
            var task = tasks.remove();
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                LOGGER.error("a task of {} failed", name, e);
            }
            done++;
        } while (done < waiting.get() && done < TASKS_PER_TURN);
        if (waiting.addAndGet(-done) > 0) {
            pool.execute(this);
        }
    }
}
