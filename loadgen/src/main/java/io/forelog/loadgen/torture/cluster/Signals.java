package io.forelog.loadgen.torture.cluster;

import java.io.IOException;

/** Freezes processes. */
final class Signals {

    private Signals() {}

    static void stop(long pid) throws IOException, InterruptedException {
        send("STOP", pid);
    }

    static void resume(long pid) throws IOException, InterruptedException {
        send("CONT", pid);
    }

    private static void send(String name, long pid) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                .inheritIO()
                .start();
        if (kill.waitFor() != 0) {
            throw new IOException("process " + pid + " cannot be sent " + name);
        }
    }
}
