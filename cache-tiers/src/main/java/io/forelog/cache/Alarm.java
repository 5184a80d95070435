package io.forelog.cache;

import java.util.concurrent.CompletableFuture;

/** Does something if a future is not complete in time. */
final class Alarm {

    private Alarm() {}

    static void set(PathTime time, CompletableFuture<?> future, long nanos, Runnable tooLate) {
        if (future.isDone()) {
            return;
        }
        var cancel = time.after(nanos, tooLate);
        future.whenComplete((value, failure) -> cancel.run());
    }
}
