package io.forelog.loadgen.regions;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** A line to another region: what goes in comes out so much later, in either direction. */
final class DelayingProxy implements AutoCloseable {

    private static final int CHUNK_BYTES = 64 << 10;
    private static final int CHUNKS_MAX = 1_000;

    private final ServerSocket listening;
    private final InetSocketAddress target;
    private final long delayNanos;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    private record Chunk(byte[] bytes, int length, long due) {

        boolean isEnd() {
            return length < 0;
        }
    }

    /** Listens at {@code from} for what is to go to {@code target}. */
    DelayingProxy(InetSocketAddress from, InetSocketAddress target, Duration oneWay) throws IOException {
        this.target = target;
        delayNanos = oneWay.toNanos();
        listening = new ServerSocket(from.getPort(), 1_000, from.getAddress());
        Thread.ofPlatform().daemon().name("proxy-" + from.getPort()).start(this::accept);
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                connect(listening.accept());
            } catch (IOException e) {
                // Closed, or the node behind it does not listen yet: whoever called sees its connection end.
                continue;
            }
        }
    }

    private void connect(Socket near) throws IOException {
        var far = new Socket();
        try {
            far.connect(target, 5_000);
        } catch (IOException e) {
            near.close();
            throw e;
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
        open.add(near);
        open.add(far);
        carry(near, far);
        carry(far, near);
    }

    private void carry(Socket from, Socket to) {
        var line = new ArrayBlockingQueue<Chunk>(CHUNKS_MAX);
        Thread.ofPlatform().daemon().name("proxy-in").start(() -> read(from, line));
        Thread.ofPlatform().daemon().name("proxy-out").start(() -> write(line, from, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> line) {
        try {
            var in = from.getInputStream();
            while (true) {
                var bytes = new byte[CHUNK_BYTES];
                int length = in.read(bytes);
                line.put(new Chunk(bytes, length, System.nanoTime() + delayNanos));
                if (length < 0) {
                    return;
                }
            }
        } catch (IOException e) {
            line.offer(new Chunk(new byte[0], -1, System.nanoTime()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(BlockingQueue<Chunk> line, Socket from, Socket to) {
        try (from;
                to) {
            var out = to.getOutputStream();
            for (var chunk = line.take(); !chunk.isEnd(); chunk = line.take()) {
                for (long left = chunk.due() - System.nanoTime(); left > 0; left = chunk.due() - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(chunk.bytes(), 0, chunk.length());
            }
        } catch (IOException e) {
            // One side is gone; closing both tells the other.
            return;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
