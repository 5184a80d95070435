package io.forelog.storage;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;

/**
 * File I/O on threads that may be interrupted. A channel that is used by an interrupted thread closes with an
 * exception, which must not pass for damage or for a force that failed: such a call is made again, and the
 * interrupt is left for whoever waits next.
 */
final class Uninterrupted {

    private Uninterrupted() {}

    /** A step that opens its own channel, and can be made again. */
    @FunctionalInterface
    interface Step<T> {
        T run() throws IOException;
    }

    static <T> T call(Step<T> step) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                try {
                    return step.run();
                } catch (ClosedByInterruptException e) {
                    interrupted |= Thread.interrupted();
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
