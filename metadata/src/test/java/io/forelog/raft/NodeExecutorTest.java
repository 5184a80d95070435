package io.forelog.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.simulation.SimulatedRuntime;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class NodeExecutorTest {

    private final FailStop failStop = new FailStop();
    private final AtomicBoolean removed = new AtomicBoolean();
    private final SimulatedRuntime runtime = new SimulatedRuntime(1);
    private final NodeExecutor executor = new NodeExecutor(
            Runnable::run,
            runtime.process(),
            new ScaledTime(runtime::nanoTime, 1),
            failStop,
            new ElectionPause(),
            removed::get);

    /** MicroRaft wraps what its store throws, and a message that is handled here lets it through. */
    @Test
    void aTaskInWhichTheReplicaStoppedEndsQuietlyAndNoOtherIsRun() {
        var later = new AtomicBoolean();

        executor.execute(() -> {
            failStop.stop(new IOException("no force"));
            throw new IllegalStateException("the store failed");
        });
        executor.execute(() -> later.set(true));

        assertThat(later).isFalse();
    }

    @Test
    void aTaskThatFailsByItselfIsNotHiddenAndStopsTheReplica() {
        assertThatThrownBy(() -> executor.execute(() -> {
                    throw new IllegalStateException("a defect");
                }))
                .hasMessage("a defect");
        assertThat(failStop.cause()).get().isInstanceOf(IllegalStateException.class);
    }

    /** MicroRaft fails at an entry that follows its removal. */
    @Test
    void whatFailsAfterTheMemberWasRemovedEndsItsReplica() {
        removed.set(true);

        executor.execute(() -> {
            throw new IllegalStateException("already TERMINATED");
        });

        assertThat(failStop.cause()).get().isInstanceOf(IOException.class);
    }
}
