package io.forelog.loadgen.torture;

/**
 * A fault that happened, by {@link System#nanoTime}.
 *
 * @param what was done to whom
 */
public record FaultSpan(String fault, String what, long beganNanos, long endedNanos) {

    /** Returns whether it lies, in part or whole, between two moments. */
    boolean touches(long fromNanos, long endNanos) {
        return beganNanos - endNanos < 0 && endedNanos - fromNanos > 0;
    }
}
