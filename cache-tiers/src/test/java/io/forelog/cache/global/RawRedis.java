package io.forelog.cache.global;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends commands to a node's own Redis behind its back. */
final class RawRedis {

    private RawRedis() {}

    /** Returns the first line of the answer to an inline command. */
    static String send(RedisProcess redis, String command) throws IOException {
        int port = Integer.parseInt(redis.address().substring(redis.address().lastIndexOf(':') + 1));
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(5_000);
            var text = "AUTH " + redis.password() + "\r\n" + command + "\r\n";
            socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
            in.readLine();
            return in.readLine();
        }
    }
}
