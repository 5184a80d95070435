package io.forelog.cache;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.core.IntervalFunction;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of one kind on one tier: each has a deadline, and a circuit breaker stops them while most fail. Safe for use
 * by any thread.
 */
final class CallGuard {

    private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);
    private static final int PROBES = 3;

    private final CircuitBreaker breaker;
    private final PathTime time;
    private final long deadlineNanos;
    private final int callsMax;
    private final AtomicInteger underWay = new AtomicInteger();

    /**
     * @param name for the log
     */
    CallGuard(String name, TierConfig config, Duration deadline, PathTime time) {
        this.time = time;
        deadlineNanos = deadline.toNanos();
        callsMax = config.callsMax();
        breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .clock(time.clock())
                        .slidingWindowType(SlidingWindowType.COUNT_BASED)
                        .slidingWindowSize(config.window())
                        .minimumNumberOfCalls(Math.max(2, config.window() / 2))
                        .failureRateThreshold((float) (100 * config.failuresToOpen()))
                        .permittedNumberOfCallsInHalfOpenState(PROBES)
                        .waitIntervalFunctionInOpenState(
                                IntervalFunction.ofExponentialBackoff(config.retryAfter(), 2, config.retryAfterMax()))
                        .build());
        breaker.getEventPublisher().onStateTransition(event -> LOG.info("{}: {}", name, event.getStateTransition()));
    }

    /** Returns whether a call may be made now; if so, {@link #call} must follow. */
    boolean permits() {
        return underWay.get() < callsMax && breaker.tryAcquirePermission();
    }

    /** Returns whether calls are permitted one by one, to see whether the tier is well again. */
    boolean probing() {
        return breaker.getState() == CircuitBreaker.State.HALF_OPEN;
    }

    /** Returns the breaker's state, by resilience4j's names. */
    String state() {
        return breaker.getState().name();
    }

    long deadlineNanos() {
        return deadlineNanos;
    }

    /** Makes a call that was permitted. Fails with a {@link TimeoutException} at the deadline. */
    <T> CompletableFuture<T> call(Supplier<? extends CompletionStage<? extends T>> call) {
        long start = time.nanoTime();
        var settled = new CompletableFuture<T>();
        underWay.incrementAndGet();
        try {
            call.get().whenComplete((value, failure) -> {
                // A late answer is of no use, but only now has the call let go of its memory.
                underWay.decrementAndGet();
                if (failure == null) {
                    settled.complete(value);
                } else {
                    settled.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            underWay.decrementAndGet();
            settled.completeExceptionally(e);
        }
        Alarm.set(time, settled, deadlineNanos, () -> settled.completeExceptionally(new TimeoutException()));
        return settled.whenComplete((value, failure) -> {
            long nanos = time.nanoTime() - start;
            if (failure == null) {
                breaker.onSuccess(nanos, TimeUnit.NANOSECONDS);
            } else {
                breaker.onError(nanos, TimeUnit.NANOSECONDS, failure);
            }
        });
    }
}
