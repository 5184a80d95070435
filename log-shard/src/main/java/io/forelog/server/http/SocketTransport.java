package io.forelog.server.http;

import io.vertx.core.transport.Transport;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What moves bytes between connections and the event loops that serve them. */
public enum SocketTransport {
    /** The kernel's epoll where this machine has it, else Java's own. */
    AUTO,
    EPOLL,
    /** Cheaper than epoll, and younger; never taken unless it is named. */
    IO_URING,
    /** Java's own, which every machine has. */
    JAVA;

    /**
     * Returns what Vert.x is built with.
     *
     * @throws IllegalArgumentException if this machine does not have it; the message says why
     */
    public Transport transport() {
        return switch (this) {
            case AUTO -> isAvailable(Transport.EPOLL) ? Transport.EPOLL : Transport.NIO;
            case EPOLL -> required(Transport.EPOLL);
            case IO_URING -> required(Transport.IO_URING);
            case JAVA -> Transport.NIO;
        };
    }

    /** Returns the name of the choice, which for one of the kernel's is the kernel's. */
    public String choice() {
        return name().toLowerCase(Locale.ROOT);
    }

    private Transport required(@Nullable Transport transport) {
        if (transport != null && transport.available()) {
            return transport;
        }
        var cause = transport == null ? null : transport.unavailabilityCause();
        throw new IllegalArgumentException(
                "http.transport " + choice() + " is not available on this machine: " + reason(cause)
                        + "; auto takes one that is",
                cause);
    }

    private static boolean isAvailable(@Nullable Transport transport) {
        return transport != null && transport.available();
    }

    /** A library that was not loaded says why in its cause. */
    private static String reason(@Nullable Throwable cause) {
        if (cause == null) {
            return "its classes are missing";
        }
        return cause.getCause() == null ? String.valueOf(cause.getMessage()) : reason(cause.getCause());
    }
}
