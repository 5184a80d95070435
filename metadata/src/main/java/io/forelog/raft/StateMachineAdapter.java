package io.forelog.raft;

import io.microraft.impl.statemachine.InternalCommitAware;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The state machine as MicroRaft sees it: hands over on the Raft thread and returns at once. */
final class StateMachineAdapter implements io.microraft.statemachine.StateMachine, InternalCommitAware {

    private static final Object HANDED_OVER = new Object();

    private final Applier applier;
    private final StateMachine stateMachine;
    private final LongConsumer onMembershipCommitted;

    /** Creates the adapter; {@code onMembershipCommitted} is told, on the Raft thread, of a change's index. */
    StateMachineAdapter(Applier applier, StateMachine stateMachine, LongConsumer onMembershipCommitted) {
        this.applier = applier;
        this.stateMachine = stateMachine;
        this.onMembershipCommitted = onMembershipCommitted;
    }

    @Override
    public Object runOperation(long index, Object operation) {
        applier.apply(index, (LogOperation) operation);
        return HANDED_OVER;
    }

    @Override
    public void onInternalCommit(long index) {
        onMembershipCommitted.accept(index);
        applier.skip(index);
    }

    /** Reached after 2<sup>31</sup> entries only, see {@link RaftSettings}; then the group waits for a checkpoint. */
    @Override
    public void takeSnapshot(long index, Consumer<Object> chunks) {
        var manifest = new CompletableFuture<ByteBuffer>();
        applier.afterwards(applied -> stateMachine.checkpoint(applied).whenComplete((bytes, failure) -> {
            if (failure == null) {
                manifest.complete(bytes);
            } else {
                manifest.completeExceptionally(failure);
            }
        }));
        chunks.accept(manifest.join());
    }

    @Override
    public void installSnapshot(long index, List<Object> chunks) {
        applier.install(index, (ByteBuffer) chunks.getFirst());
    }

    @Override
    public Object getNewTermOperation() {
        return LogOperation.newTerm();
    }
}
