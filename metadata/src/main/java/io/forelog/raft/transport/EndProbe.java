package io.forelog.raft.transport;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;

/**
 * Tells a node that has ended from one that is slow, paused or cut off: where a process is gone, its machine refuses
 * connections, or whatever stands before it closes them. From all others nothing is heard, which says nothing.
 */
final class EndProbe {

    private static final int WAIT_MILLIS = 100;

    private EndProbe() {}

    /** Returns whether nobody listens there. Blocks for a moment. */
    static boolean hasEnded(InetSocketAddress address) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getHostString(), address.getPort()), WAIT_MILLIS);
            socket.setSoTimeout(WAIT_MILLIS);
            // One that lives waits for a greeting.
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }
}
