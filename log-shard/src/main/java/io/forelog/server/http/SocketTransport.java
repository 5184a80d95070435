package io.forelog.server.http;

import io.vertx.core.transport.Transport;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What moves bytes between connections and the event loops that serve them. */
public enum SocketTransport {
    /** The first of the others that this machine has. */
    AUTO,
    IO_URING,
    EPOLL,
    /** Java's own, which every machine has. */
    JAVA;

    /**
     * Returns what Vert.x is built with.
     *
     * @throws IllegalArgumentException if this machine does not have it; the message says why
     */
    public Transport transport() {
        return switch (this) {
            case AUTO ->
                Stream.of(Transport.IO_URING, Transport.EPOLL)
                        .filter(SocketTransport::isAvailable)
                        .findFirst()
                        .orElse(Transport.NIO);
            case IO_URING -> required(Transport.IO_URING);
            case EPOLL -> required(Transport.EPOLL);
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
                        + "; auto takes the first of io_uring, epoll and java that is",
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
