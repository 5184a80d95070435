package io.forelog.cache;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Does something if a future is not complete in time. Unlike {@link CompletableFuture#orTimeout}, on a thread of the
 * common pool: what depends on the future goes on from there, and would hold up the timers of the whole process if it
 * went on from theirs.
 */
final class Alarm {

    private Alarm() {}

    static void set(CompletableFuture<?> future, long nanos, Runnable tooLate) {
        if (future.isDone()) {
            return;
        }
        var alarm = new CompletableFuture<@Nullable Void>().completeOnTimeout(null, nanos, TimeUnit.NANOSECONDS);
        alarm.thenRunAsync(tooLate);
        future.whenComplete((value, failure) -> alarm.cancel(false));
    }
}
