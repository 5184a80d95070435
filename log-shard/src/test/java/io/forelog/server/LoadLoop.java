package io.forelog.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * Sends one request again and again over many connections from one thread, so cheaply that the node on the same machine
 * keeps most of it. Not for use by several threads.
 */
final class LoadLoop implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
    private static final int STATUS_AT = "HTTP/1.1 ".length();
    private static final int LATENCIES_MAX = 1 << 20;

    private final InetSocketAddress address;
    private final byte[] request;
    private final Selector selector = Selector.open();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final long[] latencies = new long[LATENCIES_MAX];
    private int connections;
    private int served;
    private int refused;
    private int otherwise;
    private int broken;
    private int unsent;

    LoadLoop(String host, int port, String path, int valueBytes) throws IOException {
        address = new InetSocketAddress(host, port);
        var head = "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: "
                + valueBytes + "\r\n\r\n";
        request = Arrays.copyOf(head.getBytes(StandardCharsets.US_ASCII), head.length() + valueBytes);
    }

    /**
     * What came of a time.
     *
     * @param unsent what was due while every connection had a request under way
     * @param p99 of what was served, in milliseconds
     */
    record Outcome(int served, int refused, int otherwise, int broken, int unsent, double perSecond, double p99) {}

    private static final class Connection {
        private final ByteBuffer out;
        private final ByteBuffer in = ByteBuffer.allocate(4 << 10);
        private final SocketChannel channel;
        private long sentAt;

        private Connection(SocketChannel channel, byte[] request) {
            this.channel = channel;
            this.out = ByteBuffer.wrap(request);
        }
    }

    /** @param rate of requests begun a second; 0 for as many as the connections bear, each one request at a time */
    Outcome run(int connectionCount, double rate, Duration time) throws IOException {
        while (connections < connectionCount) {
            open();
        }
        served = refused = otherwise = broken = unsent = 0;
        long began = System.nanoTime();
        long end = began + time.toNanos();
        long due = 0;
        for (long now = began; now < end; now = System.nanoTime()) {
            long wanted = rate == 0 ? Long.MAX_VALUE : (long) ((now - began) / 1e9 * rate);
            while (due < wanted && !idle.isEmpty()) {
                due++;
                send(idle.poll());
            }
            if (rate > 0 && due < wanted) {
                unsent += (int) (wanted - due);
                due = wanted;
            }
            selector.select(this::ready, 1);
        }
        int counted = Math.min(served, LATENCIES_MAX);
        Arrays.sort(latencies, 0, counted);
        double p99 = counted == 0 ? Double.NaN : latencies[counted * 99 / 100] / 1e6;
        return new Outcome(
                served, refused, otherwise, broken, unsent, served / ((System.nanoTime() - began) / 1e9), p99);
    }

    private void open() throws IOException {
        var channel = SocketChannel.open(address);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        var connection = new Connection(channel, request);
        channel.register(selector, SelectionKey.OP_READ, connection);
        connections++;
        idle.add(connection);
    }

    private void send(Connection connection) throws IOException {
        connection.sentAt = System.nanoTime();
        connection.out.clear();
        write(connection);
    }

    private void write(Connection connection) throws IOException {
        try {
            connection.channel.write(connection.out);
            connection
                    .channel
                    .keyFor(selector)
                    .interestOps(
                            connection.out.hasRemaining()
                                    ? SelectionKey.OP_READ | SelectionKey.OP_WRITE
                                    : SelectionKey.OP_READ);
        } catch (IOException e) {
            replace(connection);
        }
    }

    private void replace(Connection connection) throws IOException {
        broken++;
        connections--;
        connection.channel.close();
        open();
    }

    private void ready(SelectionKey key) {
        var connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                write(connection);
            }
            if (key.isValid() && key.isReadable()) {
                read(connection);
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void read(Connection connection) throws IOException {
        int read;
        try {
            read = connection.channel.read(connection.in);
        } catch (IOException e) {
            read = -1;
        }
        if (read < 0) {
            replace(connection);
            return;
        }
        var text = new String(connection.in.array(), 0, connection.in.position(), StandardCharsets.ISO_8859_1);
        int head = text.indexOf("\r\n\r\n");
        var length = LENGTH.matcher(text);
        if (head < 0 || !length.find() || text.length() < head + 4 + Integer.parseInt(length.group(1))) {
            return;
        }
        connection.in.clear();
        count(text.substring(STATUS_AT, STATUS_AT + 3), System.nanoTime() - connection.sentAt);
        idle.add(connection);
    }

    private void count(String status, long nanos) {
        switch (status) {
            case "201" -> {
                if (served < LATENCIES_MAX) {
                    latencies[served] = nanos;
                }
                served++;
            }
            case "429" -> refused++;
            default -> otherwise++;
        }
    }

    @Override
    public void close() throws IOException {
        for (var key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
