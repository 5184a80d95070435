package io.forelog.cache;

import static org.assertj.core.api.Assertions.assertThat;

/** Signals to processes that a test started. */
public final class Signals {

    private Signals() {}

    public static void send(String signal, long pid) {
        try {
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                            .start()
                            .waitFor())
                    .isZero();
        } catch (Exception e) {
            throw new AssertionError("cannot signal process " + pid, e);
        }
    }
}
