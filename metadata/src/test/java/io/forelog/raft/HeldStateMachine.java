package io.forelog.raft;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** Applies nothing while it is held, as on a machine whose thread that applies gets no time. */
final class HeldStateMachine implements StateMachine {

    private final RecordingStateMachine inner;
    private volatile CountDownLatch gate = new CountDownLatch(0);

    HeldStateMachine(RecordingStateMachine inner) {
        this.inner = inner;
    }

    RecordingStateMachine inner() {
        return inner;
    }

    /** Holds it until the gate that is returned is opened. */
    CountDownLatch hold() {
        gate = new CountDownLatch(1);
        return gate;
    }

    @Override
    public ByteBuffer apply(long index, int term, ByteBuffer operation) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("ended while it was held", e);
        }
        return inner.apply(index, term, operation);
    }

    @Override
    public CompletableFuture<ByteBuffer> checkpoint(long index) {
        return inner.checkpoint(index);
    }

    @Override
    public CompletableFuture<Void> fetch(MemberId from, long index, ByteBuffer manifest) {
        return inner.fetch(from, index, manifest);
    }

    @Override
    public void install(long index, ByteBuffer manifest) {
        inner.install(index, manifest);
    }
}
