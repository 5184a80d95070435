package io.forelog.server.peer;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A call under way. Its fields but the answer are its lane's; the answer may be completed by its caller too, who then
 * no longer waits for it.
 */
final class Pending<A extends PeerMessage> {

    private final PeerCall<?, A> call;
    private final Buffer body;
    private final Duration deadline;
    private final @Nullable Trace trace = Trace.current();
    private final CompletableFuture<A> answer = new CompletableFuture<>();
    private boolean isSent;
    private boolean isReleased;

    Pending(PeerCall<?, A> call, Buffer body, Duration deadline) {
        this.call = call;
        this.body = body;
        this.deadline = deadline;
    }

    PeerCall<?, A> call() {
        return call;
    }

    Buffer body() {
        return body;
    }

    Duration deadline() {
        return deadline;
    }

    CompletableFuture<A> answer() {
        return answer;
    }

    /** Returns the trace in which the call is made, or null. */
    @Nullable
    Trace trace() {
        return trace;
    }

    /** Notes that from now on the node may do what it is asked. */
    void sent() {
        isSent = true;
    }

    /** Returns true once: for whoever gives its place on the connection free. */
    boolean release() {
        boolean first = !isReleased;
        isReleased = true;
        return first;
    }

    void answered(Buffer message) {
        try {
            var read = WireReader.read(message, call.answer());
            Trace.run(trace, () -> answer.complete(read));
        } catch (MalformedMessageException e) {
            fail(PeerException.lost("the answer to '" + call.name() + "' cannot be read: " + e.getMessage()));
        }
    }

    void failed(Buffer failure) {
        try {
            fail(WireReader.read(failure, Failures::read));
        } catch (MalformedMessageException e) {
            fail(PeerException.lost("the failure of '" + call.name() + "' cannot be read: " + e.getMessage()));
        }
    }

    /** The connection or the peer ended it. */
    void broken(String what) {
        fail(isSent ? PeerException.lost(what) : PeerException.unsent(what));
    }

    /** The peer did not look at it. */
    void refused(String what) {
        fail(PeerException.unsent(what));
    }

    private void fail(Throwable failure) {
        Trace.run(trace, () -> answer.completeExceptionally(failure));
    }
}
