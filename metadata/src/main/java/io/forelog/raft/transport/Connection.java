package io.forelog.raft.transport;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A socket to one peer after the greeting. One thread writes, another reads.
 *
 * <p>Greeting, both ways: magic, version, cluster, own node; the dialler adds the node that it means to reach. Then
 * frames: length of what follows, and a channel's name with a message, or nothing, which is a ping.
 */
final class Connection implements AutoCloseable {

    private static final int MAGIC = 0x464c5246; // "FLRF"
    private static final int VERSION = 1;
    private static final int READ_BUFFER_BYTES = 64 << 10;

    private final Socket socket;
    private final String peer;
    private final DataInputStream in;
    private final OutputStream out;

    private Connection(Socket socket, Socket secured, String peer, DataInputStream in, TransportConfig config)
            throws IOException {
        this.socket = socket;
        this.peer = peer;
        this.in = in;
        this.out = secured.getOutputStream();
        socket.setSoTimeout((int) config.silenceMax().toMillis());
    }

    /** Greets the peer that was dialled. */
    static Connection dialled(Socket socket, TransportConfig config, SocketSecurity security, String peer)
            throws IOException {
        var secured = security.over(prepare(socket, config), true);
        var in = input(secured);
        var greeting = new FrameWriter();
        greet(greeting, config);
        greeting.putName(peer);
        greeting.writeTo(secured.getOutputStream());
        var answering = greeted(in, config);
        if (!answering.equals(peer)) {
            throw new IOException("dialled " + peer + " at " + socket.getRemoteSocketAddress() + ", met " + answering);
        }
        security.verify(secured, peer);
        return new Connection(socket, secured, peer, in, config);
    }

    /** Answers the greeting of a peer that dialled. */
    static Connection accepted(Socket socket, TransportConfig config, SocketSecurity security) throws IOException {
        var secured = security.over(prepare(socket, config), false);
        var in = input(secured);
        var peer = greeted(in, config);
        var meant = name(in);
        if (!meant.equals(config.node())) {
            throw new IOException(peer + " wants to reach " + meant + ", this is " + config.node());
        }
        security.verify(secured, peer);
        var greeting = new FrameWriter();
        greet(greeting, config);
        greeting.writeTo(secured.getOutputStream());
        return new Connection(socket, secured, peer, in, config);
    }

    String peer() {
        return peer;
    }

    void write(FrameWriter frames) throws IOException {
        frames.writeTo(out);
    }

    /** Returns the next frame, empty for a ping; silence of the peer ends in an exception. */
    ByteBuffer read(int frameBytesMax) throws IOException {
        var length = in.readInt();
        if (length < 0 || length > frameBytesMax) {
            throw new MalformedFrameException("frame of " + length + " bytes from " + peer);
        }
        var frame = new byte[length];
        in.readFully(frame);
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

    private static DataInputStream input(Socket socket) throws IOException {
        return new DataInputStream(new BufferedInputStream(socket.getInputStream(), READ_BUFFER_BYTES));
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
}
