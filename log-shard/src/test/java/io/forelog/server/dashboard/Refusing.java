package io.forelog.server.dashboard;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** What answers 503 in place of a node, as a proxy before it does while it is away. */
final class Refusing implements AutoCloseable {

    private final HttpServer server;
    private final AtomicInteger refused = new AtomicInteger();

    private Refusing(HttpServer server) {
        this.server = server;
    }

    static Refusing on(int port) throws IOException {
        var refusing = new Refusing(HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0));
        refusing.server.createContext("/", exchange -> {
            refusing.refused.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        refusing.server.start();
        return refusing;
    }

    /** Returns how many requests were refused. */
    int refused() {
        return refused.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
