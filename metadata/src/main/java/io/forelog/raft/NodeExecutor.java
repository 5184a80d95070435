package io.forelog.raft;

import io.microraft.executor.RaftNodeExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs MicroRaft's tasks for one node, in order, until the replica stops. */
final class NodeExecutor implements RaftNodeExecutor {

    private static final Logger LOGGER = LoggerFactory.getLogger(NodeExecutor.class);

    private final SerialTasks serial;
    private final RaftRuntime runtime;
    private final ScaledTime time;
    private final FailStop failStop;
    private final ElectionPause elections;

    NodeExecutor(SerialTasks serial, RaftRuntime runtime, ScaledTime time, FailStop failStop, ElectionPause elections) {
        this.serial = serial;
        this.runtime = runtime;
        this.time = time;
        this.failStop = failStop;
        this.elections = elections;
    }

    @Override
    public void execute(Runnable task) {
        serial.execute(unlessStopped(task));
    }

    /** As {@link #execute}, on the calling thread if it is free to. */
    void executeHere(Runnable task) {
        serial.executeHere(unlessStopped(task));
    }

    private Runnable unlessStopped(Runnable task) {
        return () -> {
            if (!failStop.isStopped()) {
                run(task);
            }
        };
    }

    /** What stopped the replica also ends the task that met it; that is told already, and no defect of its own. */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (!failStop.isStopped()) {
                throw e;
            }
            LOGGER.debug("a task ended when the replica stopped", e);
        }
    }

    @Override
    public void submit(Runnable task) {
        execute(task);
    }

    @Override
    public void schedule(Runnable task, long delay, TimeUnit unit) {
        runtime.schedule(elections.of(task, time.toWall(delay, unit)), () -> execute(task));
    }
}
