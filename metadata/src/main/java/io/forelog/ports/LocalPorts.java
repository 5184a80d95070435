package io.forelog.ports;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Ports of this machine for processes that are started a little later. They lie below those that systems give to
 * outgoing connections (from 32,768 on Linux, from 49,152 elsewhere): one of these would be free when it is chosen and
 * another connection's when the process binds it. None is given twice by this process until all were. For any thread.
 */
public final class LocalPorts {

    private static final int FIRST = 12_000;
    private static final int COUNT = 20_000;

    private static final AtomicInteger NEXT = new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private LocalPorts() {
    }

    /**
     * Returns a port of the loopback interface on which nobody listens.
     *
     * @throws IOException if there is none
     */
    public static int free() throws IOException {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return probe.getLocalPort();
            } catch (BindException e) {
                // Somebody's: the next one.
                continue;
            }
        }
        throw new IOException("no port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free");
    }
}
