package io.forelog.server.peer;

import org.jspecify.annotations.Nullable;

/** Where {@link Trace} keeps what each thread works for. */
final class CurrentTrace {

    static final ThreadLocal<@Nullable Trace> OF_THREAD = new ThreadLocal<>();

    private CurrentTrace() {}
}
