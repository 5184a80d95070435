package io.forelog.loadgen.torture.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Carries connections to a port, each direction through a gate. A connection to a port where nobody listens is closed,
 * as the machine there would; so is one whose other side has ended, once the gates let that through. It can refuse, as
 * if nobody listened.
 */
final class Proxy implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;

    private final ServerSocket listening;
    private final int target;
    private final Gate there;
    private final Gate back;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean refuses;

    Proxy(int target, Gate there, Gate back) throws IOException {
        this.target = target;
        this.there = there;
        this.back = back;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    /** Ends all connections, and new ones as soon as they are made. */
    void refuse() {
        refuses = true;
        open.forEach(this::end);
    }

    /** Carries new connections again. */
    void admit() {
        refuses = false;
    }

    private void accept() {
        while (true) {
            try {
                var client = listening.accept();
                open.add(client);
                if (refuses) {
                    end(client);
                    continue;
                }
                Thread.ofVirtual().start(() -> carry(client));
            } catch (IOException e) {
                if (listening.isClosed()) {
                    return;
                }
            }
        }
    }

    private void carry(Socket client) {
        try {
            // A connection is made by packets of both directions.
            there.pass();
            back.pass();
            var server = new Socket(InetAddress.getLoopbackAddress(), target);
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            Thread.ofVirtual().start(() -> pump(client, server, there));
            pump(server, client, back);
        } catch (IOException e) {
            // Nobody listens there at present: the client is told by the end of its connection.
            end(client);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            end(client);
        }
    }

    private void pump(Socket from, Socket to, Gate gate) {
        byte[] buffer = new byte[BUFFER_BYTES];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                gate.pass();
                out.write(buffer, 0, read);
            }
            gate.pass();
        } catch (IOException e) {
            // One side ended without a word: the other hears of it when the gate lets it.
            passed(gate);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            end(from);
            end(to);
        }
    }

    private static void passed(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new IllegalStateException("a socket cannot be closed", e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        open.forEach(this::end);
    }
}
