package io.forelog.server.peer;

import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * A call under way. Its fields but the answer are its lane's; the answer may be completed by its caller too, who then
 * no longer waits for it.
 */
final class Pending<A extends PeerMessage> {

    private final PeerCall<?, A> call;
    private final Buffer body;
    private final Duration deadline;
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
            answer.complete(WireReader.read(message, call.answer()));
        } catch (MalformedMessageException e) {
            answer.completeExceptionally(
                    PeerException.lost("the answer to '" + call.name() + "' cannot be read: " + e.getMessage()));
        }
    }

    void failed(Buffer failure) {
        try {
            answer.completeExceptionally(WireReader.read(failure, Failures::read));
        } catch (MalformedMessageException e) {
            answer.completeExceptionally(
                    PeerException.lost("the failure of '" + call.name() + "' cannot be read: " + e.getMessage()));
        }
    }

    /** The connection or the peer ended it. */
    void broken(String what) {
        answer.completeExceptionally(isSent ? PeerException.lost(what) : PeerException.unsent(what));
    }

    /** The peer did not look at it. */
    void refused(String what) {
        answer.completeExceptionally(PeerException.unsent(what));
    }
}
