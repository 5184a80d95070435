package io.forelog.loadgen.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** Looks into all that a Redis holds. For one thread. */
final class RedisValues implements AutoCloseable {

    private static final String COUNT = "local n = 0; for _, key in ipairs(redis.call('keys', '*')) do"
            + " if string.find(redis.call('get', key), ARGV[1], 1, true) then n = n + 1 end end; return n";

    private final Socket socket;
    private final BufferedReader answers;

    RedisValues(URI address) throws IOException {
        socket = new Socket(address.getHost(), address.getPort());
        answers = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Returns how many values have this text somewhere in them. */
    int holding(String text) throws IOException {
        socket.getOutputStream()
                .write("EVAL \"%s\" 0 \"%s\"\r\n".formatted(COUNT, text).getBytes(StandardCharsets.UTF_8));
        var answer = answers.readLine();
        if (answer == null || !answer.startsWith(":")) {
            throw new IOException("Redis says " + answer);
        }
        return Integer.parseInt(answer.substring(1));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
