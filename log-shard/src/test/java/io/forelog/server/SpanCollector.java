package io.forelog.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a node sends its spans to: keeps each message as the text of its bytes. */
final class SpanCollector implements AutoCloseable {

    private final Queue<String> received = new ConcurrentLinkedQueue<>();
    private final HttpServer server;

    private SpanCollector(HttpServer server) {
        this.server = server;
    }

    static SpanCollector start() throws IOException {
        var collector =
                new SpanCollector(HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
        collector.server.createContext("/v1/traces", exchange -> {
            collector.received.add(new String(exchange.getRequestBody().readAllBytes(), ISO_8859_1));
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        collector.server.start();
        return collector;
    }

    /** Returns the setting that sends a node's spans here. */
    String setting() {
        return "traces.endpoint=http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    Collection<String> received() {
        return received;
    }

    /** Returns whether a node's span of a trace has come. */
    boolean has(String node, String trace) {
        // OTLP's resource: the attribute's name, then its value as a message that holds a text.
        var instance = "service.instance.id\u0012" + (char) (node.length() + 2) + "\n" + (char) node.length() + node;
        return received.stream().anyMatch(batch -> batch.contains(instance) && batch.contains(bytes(trace)));
    }

    /** Returns a number in hexadecimal as its bytes stand in what was received. */
    static String bytes(String hex) {
        return new String(HexFormat.of().parseHex(hex), ISO_8859_1);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
