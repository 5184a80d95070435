package io.forelog.loadgen.bench;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A blocking connection to Redis in its own protocol, RESP 2: the least that a client can cost, so that what is
 * measured is Redis. For one thread.
 */
public final class RedisConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 17;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;
    private final StringBuilder line = new StringBuilder();

    public RedisConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    }

    /** Writes a command into the buffer; {@link #flush} sends what is there. */
    void write(Object... parts) throws IOException {
        out.write(ascii("*" + parts.length + "\r\n"));
        for (var part : parts) {
            byte[] bytes = part instanceof byte[] binary ? binary : ascii(part.toString());
            out.write(ascii("$" + bytes.length + "\r\n"));
            out.write(bytes);
            out.write('\r');
            out.write('\n');
        }
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Sends one command and returns its reply. */
    public @Nullable Object call(Object... parts) throws IOException {
        write(parts);
        flush();
        return reply();
    }

    /**
     * Reads one reply: a {@link String}, a {@link Long}, a {@code byte[]}, a {@link List} of these, or null.
     *
     * @throws IOException also if the reply is an error
     */
    @Nullable
    Object reply() throws IOException {
        int type = in.readUnsignedByte();
        var rest = line();
        return switch (type) {
            case '+' -> rest;
            case ':' -> Long.valueOf(rest);
            case '$' -> bulk(Integer.parseInt(rest));
            case '*' -> list(Integer.parseInt(rest));
            case '-' -> throw new IOException("Redis says: " + rest);
            default -> throw new IOException("Redis began a reply with " + (char) type);
        };
    }

    private byte @Nullable [] bulk(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        var bytes = new byte[length];
        in.readFully(bytes);
        in.skipNBytes(2);
        return bytes;
    }

    private @Nullable List<@Nullable Object> list(int length) throws IOException {
        if (length < 0) {
            return null;
        }
        var elements = new ArrayList<@Nullable Object>(length);
        for (int i = 0; i < length; i++) {
            elements.add(reply());
        }
        return elements;
    }

    private String line() throws IOException {
        line.setLength(0);
        for (int next = in.read(); next != '\r'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("Redis closed the connection");
            }
            line.append((char) next);
        }
        in.skipNBytes(1);
        return line.toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
