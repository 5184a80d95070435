package io.forelog.server.peer;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node answers to others: a handler for each call. Knows bytes, not HTTP.
 *
 * <p>Safe for use by any thread. Handlers are called on the caller's thread, an event loop, and must not block.
 */
public final class PeerServer {

    /** Answers one kind of call; what it throws or fails with is what the caller's side fails with. */
    public interface Handler<Q extends PeerMessage, A extends PeerMessage> {
        CompletionStage<A> handle(Q request);
    }

    /**
     * What is sent back.
     *
     * @param failure what it was, or null for an answer
     */
    public record Reply(
            Buffer body, CharSequence contentType, @Nullable Throwable failure) {}

    private record Served<Q extends PeerMessage, A extends PeerMessage>(PeerCall<Q, A> call, Handler<Q, A> handler) {

        CompletionStage<Buffer> answer(Buffer body) {
            return handler.handle(WireReader.read(body, call.request())).thenApply(answer -> {
                var out = new WireWriter(answer.sizeHint());
                answer.write(out);
                return out.end();
            });
        }
    }

    private final Map<String, Served<?, ?>> served = new ConcurrentHashMap<>();

    /** Lets {@code handler} answer a call; the last one that was named does. */
    public <Q extends PeerMessage, A extends PeerMessage> PeerServer on(PeerCall<Q, A> call, Handler<Q, A> handler) {
        served.put(call.name(), new Served<>(call, handler));
        return this;
    }

    /** Returns whether the node answers calls of this name. */
    public boolean answers(String name) {
        return served.containsKey(name);
    }

    /** Answers a call; what it returns does not fail. */
    public CompletionStage<Reply> handle(String name, Buffer body) {
        var called = served.get(name);
        CompletionStage<Buffer> answer;
        try {
            answer = called == null
                    ? CompletableFuture.failedFuture(
                            new IllegalArgumentException("this node answers no '" + name + "'"))
                    : called.answer(body);
        } catch (MalformedMessageException e) {
            answer = CompletableFuture.failedFuture(new IllegalArgumentException(e.getMessage(), e));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.handle((message, failure) ->
                failure == null ? new Reply(message, PeerLink.ANSWER, null) : failed(Failures.unwrapped(failure)));
    }

    private static Reply failed(Throwable failure) {
        var out = new WireWriter(256);
        Failures.write(failure, out);
        return new Reply(out.end(), PeerLink.FAILURE, failure);
    }
}
