package io.forelog.raft;

import io.microraft.executor.RaftNodeExecutor;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
    private final BooleanSupplier isRemoved;

    /** @param isRemoved whether the node has met the entry that removes it */
    NodeExecutor(
            SerialTasks serial,
            RaftRuntime runtime,
            ScaledTime time,
            FailStop failStop,
            ElectionPause elections,
            BooleanSupplier isRemoved) {
        this.serial = serial;
        this.runtime = runtime;
        this.time = time;
        this.failStop = failStop;
        this.elections = elections;
        this.isRemoved = isRemoved;
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

    /**
     * What stopped the replica also ends the task that met it; that is told already, and no defect of its own.
     * MicroRaft fails at whatever its log holds beyond the entry that removes it. Any other failure is a defect, after
     * which nobody knows what state the node is in.
     */
    private void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException e) {
            if (failStop.isStopped()) {
                LOGGER.debug("a task ended when the replica stopped", e);
            } else if (isRemoved.getAsBoolean()) {
                failStop.stop(new IOException("the log goes on after the entry that removes this member", e));
            } else {
                failStop.stop(e);
                throw e;
            }
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
