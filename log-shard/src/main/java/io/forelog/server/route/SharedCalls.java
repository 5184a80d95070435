package io.forelog.server.route;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls that many want at the same time. Who comes while one is under way waits for the next one, with all others who
 * do: it begins after they came, so that its answer is as true for them as that of a call of their own. Safe for use by
 * any thread.
 */
final class SharedCalls<K, V> {

    /** What waits for the call that is under way to end; null if nobody does. */
    private static final class Line<V> {
        private @Nullable CompletableFuture<V> next;
        private @Nullable Supplier<CompletableFuture<V>> call;
    }

    /** By what is asked, while a call is under way; guarded by itself. */
    private final Map<K, Line<V>> lines = new HashMap<>();

    /** Answers that were another's. */
    final LongAdder shared = new LongAdder();

    /** Makes a call, or shares the next one for the same {@code key}. */
    CompletableFuture<V> call(K key, Supplier<CompletableFuture<V>> call) {
        synchronized (lines) {
            var line = lines.get(key);
            if (line != null && line.next != null) {
                shared.increment();
                return line.next;
            }
            if (line != null) {
                line.next = new CompletableFuture<>();
                line.call = call;
                return line.next;
            }
            lines.put(key, new Line<>());
        }
        var first = new CompletableFuture<V>();
        run(key, call, first);
        return first;
    }

    private void run(K key, Supplier<CompletableFuture<V>> call, CompletableFuture<V> answer) {
        called(call).whenComplete((value, failure) -> {
            goOn(key);
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(RoutedCall.cause(failure));
            }
        });
    }

    private void goOn(K key) {
        Supplier<CompletableFuture<V>> call;
        CompletableFuture<V> next;
        synchronized (lines) {
            var ended = lines.get(key);
            if (ended.next == null || ended.call == null) {
                lines.remove(key);
                return;
            }
            call = ended.call;
            next = ended.next;
            lines.put(key, new Line<>());
        }
        run(key, call, next);
    }

    private static <V> CompletableFuture<V> called(Supplier<CompletableFuture<V>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
