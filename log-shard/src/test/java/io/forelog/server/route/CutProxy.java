package io.forelog.server.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A TCP connection in the middle of which something goes wrong. */
public final class CutProxy implements AutoCloseable {

    /** What happens to bytes from now on. */
    enum Mode {
        PASS,
        /** What the server says is swallowed. */
        DROP_ANSWERS,
        /** Nothing passes, in neither direction; connections are made and stay open. */
        SILENT
    }

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile Mode mode = Mode.PASS;
    private volatile CountDownLatch dropped = new CountDownLatch(1);
    private final ScheduledExecutorService late =
            Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    private volatile boolean isRefusing;
    private volatile Duration delay = Duration.ZERO;

    CutProxy(int target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String address() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    void mode(Mode next) {
        dropped = new CountDownLatch(1);
        mode = next;
    }

    /** Lets what comes in from now on go out so much later, in either direction. */
    void delay(Duration oneWay) {
        delay = oneWay;
    }

    /** Closes every connection, and each new one at once. */
    public void refuse(boolean refusing) {
        isRefusing = refusing;
        if (refusing) {
            cut();
        }
    }

    /** Closes every connection. */
    public void cut() {
        open.forEach(CutProxy::quietly);
    }

    /** Closes the side of every connection on which the client sends, so that the server sees its end. */
    void halfClose() {
        for (var socket : open) {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                // It is closed as a whole.
                open.remove(socket);
            }
        }
    }

    /** Waits until bytes of the server were swallowed since the mode was set. */
    void awaitDropped() throws InterruptedException {
        dropped.await();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                var client = listening.accept();
                if (isRefusing) {
                    client.close();
                    continue;
                }
                var server = new Socket(InetAddress.getLoopbackAddress(), target);
                client.setTcpNoDelay(true);
                server.setTcpNoDelay(true);
                open.add(client);
                open.add(server);
                Thread.ofVirtual().start(() -> pump(client, server, false));
                Thread.ofVirtual().start(() -> pump(server, client, true));
            } catch (IOException e) {
                if (!listening.isClosed() && !(e instanceof java.net.ConnectException)) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void pump(Socket from, Socket to, boolean isAnswer) {
        byte[] buffer = new byte[64 << 10];
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (mode == Mode.PASS || mode == Mode.DROP_ANSWERS && !isAnswer) {
                    pass(buffer, read, out);
                } else if (isAnswer) {
                    dropped.countDown();
                }
            }
        } catch (IOException e) {
            // The connection ended, as connections here do.
            quietly(to);
        } finally {
            open.remove(from);
            quietly(to);
        }
    }

    private void pass(byte[] buffer, int length, OutputStream out) throws IOException {
        if (delay.isZero()) {
            out.write(buffer, 0, length);
            out.flush();
            return;
        }
        var bytes = Arrays.copyOf(buffer, length);
        late.schedule(
                () -> {
                    out.write(bytes);
                    return null;
                },
                delay.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
        late.shutdownNow();
    }
}
