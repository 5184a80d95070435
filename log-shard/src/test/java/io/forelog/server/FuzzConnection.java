package io.forelog.server;

import io.forelog.server.FuzzRequests.Sent;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One connection over which bytes go that need not be HTTP, and come back as what should be. */
final class FuzzConnection implements AutoCloseable {

    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] (\\d{3})");
    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)\r\n");
    private static final Pattern CLOSE = Pattern.compile("(?i)\r\nconnection: close\r\n");
    private static final int PATIENCE_MILLIS = 300;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(80);
    private static final int BYTES_MAX = 16 << 10;

    private final Socket socket;
    private final InputStream in;

    FuzzConnection(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** An answer's head and the first of its body. */
    record Answer(int status, String text) {}

    /**
     * Sends a request and hands its answer on, if there is one: the node may end a connection whose bytes are no
     * request, and wait for a rest that does not come.
     *
     * @return whether another request may follow
     */
    boolean exchange(Sent request, Consumer<Answer> check) throws IOException {
        try {
            send(request);
            var head = head();
            var status = STATUS.matcher(head);
            if (!status.lookingAt()) {
                return false;
            }
            int code = Integer.parseInt(status.group(1));
            var length = LENGTH.matcher(head);
            boolean hasLength = length.find();
            boolean hasBody = hasLength && !request.text().startsWith("HEAD") && code != 304;
            var body = hasBody ? body(Integer.parseInt(length.group(1))) : "";
            check.accept(new Answer(code, head + body));
            boolean isWhole = hasLength || code == 204 || code == 304;
            return request.isWhole() && isWhole && !CLOSE.matcher(head).find();
        } catch (SocketException | SocketTimeoutException e) {
            return false;
        }
    }

    private void send(Sent request) throws IOException {
        var out = socket.getOutputStream();
        int cut = Math.max(0, request.pauseAt());
        out.write(request.bytes(), 0, cut);
        if (cut > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        out.write(request.bytes(), cut, request.bytes().length - cut);
        out.flush();
    }

    private String head() throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0 && head.length() < BYTES_MAX) {
            int read = in.read();
            if (read < 0) {
                break;
            }
            head.append((char) read);
        }
        return head.toString();
    }

    private String body(int length) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (int left = length; left > 0; ) {
            byte[] some = in.readNBytes(Math.min(left, BYTES_MAX));
            if (some.length == 0) {
                break;
            }
            left -= some.length;
            if (bytes.size() < BYTES_MAX) {
                bytes.writeBytes(some);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
