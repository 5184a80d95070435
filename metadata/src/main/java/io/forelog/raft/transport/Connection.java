package io.forelog.raft.transport;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A socket to one peer after the greeting. One thread at a time writes, one reads.
 *
 * <p>Greeting, both ways: magic, version, cluster, own node; the dialler adds the node that it means to reach. Then
 * frames: length of what follows, and a channel's name with a message, or nothing, which is a ping. In place of a
 * length {@value #RECEIVED} stands before the number of bytes that the sender of it has received so far.
 */
final class Connection implements AutoCloseable {

    static final int MAGIC = 0x464c5246; // "FLRF"
    static final int VERSION = 2;
    private static final int READ_BUFFER_BYTES = 64 << 10;

    private static final int RECEIVED = -1;

    /** How much more must have come before the peer is told: a part of what it may have under way. */
    private static final int RECEIVED_STEP = 8 << 10;

    /**
     * Bytes under way that fit into what the two kernels buffer, whatever the peer does. Linux gives a connection at
     * least 64 KiB at the receiver, and 16 KiB and more at the sender.
     */
    private static final int BUFFERED_BYTES = 32 << 10;

    private final Socket socket;
    private final String peer;
    private final Arrivals arrivals;
    private final DataInputStream in;
    private final OutputStream out;

    private volatile long sent;
    private volatile long sentReceived;
    private volatile long received;
    private long receivedTold;

    private Connection(Socket socket, Socket secured, String peer, Arrivals arrivals, DataInputStream in)
            throws IOException {
        this.socket = socket;
        this.peer = peer;
        this.arrivals = arrivals;
        this.in = in;
        this.out = secured.getOutputStream();
        // Without a timeout a read is one call of the kernel; with one it is three. Whoever owns this looks after
        // silence.
        socket.setSoTimeout(0);
    }

    /** Greets the peer that was dialled. */
    static Connection dialled(Socket socket, TransportConfig config, SocketSecurity security, String peer)
            throws IOException {
        var secured = security.over(prepare(socket, config), true);
        var arrivals = new Arrivals(secured.getInputStream());
        var in = input(arrivals);
        var greeting = new FrameWriter();
        greet(greeting, config);
        greeting.putName(peer);
        greeting.writeTo(secured.getOutputStream());
        var answering = greeted(in, config);
        if (!answering.equals(peer)) {
            throw new IOException("dialled " + peer + " at " + socket.getRemoteSocketAddress() + ", met " + answering);
        }
        security.verify(secured, peer);
        return new Connection(socket, secured, peer, arrivals, in);
    }

    /** Answers the greeting of a peer that dialled. */
    static Connection accepted(Socket socket, TransportConfig config, SocketSecurity security) throws IOException {
        var secured = security.over(prepare(socket, config), false);
        var arrivals = new Arrivals(secured.getInputStream());
        var in = input(arrivals);
        var peer = greeted(in, config);
        var meant = name(in);
        if (!meant.equals(config.node())) {
            throw new IOException(peer + " wants to reach " + meant + ", this is " + config.node());
        }
        security.verify(secured, peer);
        var greeting = new FrameWriter();
        greet(greeting, config);
        greeting.writeTo(secured.getOutputStream());
        return new Connection(socket, secured, peer, arrivals, in);
    }

    String peer() {
        return peer;
    }

    /** Returns whether {@code bytes} more can be written without waiting for the peer. */
    boolean takes(long bytes) {
        return sent - sentReceived + bytes <= BUFFERED_BYTES;
    }

    /** Writes what was put into {@code frames}; waits while the peer takes nothing. */
    void write(FrameWriter frames) throws IOException {
        long come = received;
        if (come - receivedTold >= RECEIVED_STEP) {
            frames.putInt(RECEIVED);
            frames.putLong(come);
            receivedTold = come;
        }
        sent += frames.length();
        frames.writeTo(out);
    }

    /** Returns a number that changes with whatever comes. */
    long arrivals() {
        return arrivals.count;
    }

    /** Returns the next frame, empty for a ping. */
    ByteBuffer read(int frameBytesMax) throws IOException {
        int length = in.readInt();
        while (length == RECEIVED) {
            sentReceived = in.readLong();
            received += Integer.BYTES + Long.BYTES;
            length = in.readInt();
        }
        if (length < 0 || length > frameBytesMax) {
            throw new MalformedFrameException("frame of " + length + " bytes from " + peer);
        }
        var frame = new byte[length];
        in.readFully(frame);
        received += Integer.BYTES + length;
        return ByteBuffer.wrap(frame);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    private static Socket prepare(Socket socket, TransportConfig config) throws IOException {
        socket.setTcpNoDelay(true);
        socket.setSoTimeout((int) config.greetMax().toMillis());
        return socket;
    }

    private static DataInputStream input(InputStream bytes) {
        return new DataInputStream(new BufferedInputStream(bytes, READ_BUFFER_BYTES));
    }

    private static void greet(FrameWriter target, TransportConfig config) {
        target.putInt(MAGIC);
        target.putInt(VERSION);
        target.putName(config.cluster());
        target.putName(config.node());
    }

    private static String greeted(DataInputStream in, TransportConfig config) throws IOException {
        if (in.readInt() != MAGIC) {
            throw new MalformedFrameException("greeting of another protocol");
        }
        var version = in.readInt();
        if (version != VERSION) {
            throw new IOException("peer speaks version " + version + ", this node " + VERSION);
        }
        var cluster = name(in);
        if (!cluster.equals(config.cluster())) {
            throw new IOException("peer belongs to cluster " + cluster + ", this node to " + config.cluster());
        }
        return name(in);
    }

    private static String name(DataInputStream in) throws IOException {
        var encoded = new byte[in.readUnsignedByte()];
        in.readFully(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    /** Counts how often something came. One thread reads. */
    private static final class Arrivals extends FilterInputStream {

        private volatile long count;

        Arrivals(InputStream source) {
            super(source);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int bytes = super.read(target, offset, length);
            count = count + 1;
            return bytes;
        }
    }
}
