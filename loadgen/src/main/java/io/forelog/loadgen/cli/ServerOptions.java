package io.forelog.loadgen.cli;

import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Where the server is and how long to insist. */
final class ServerOptions {

    @Option(
            names = "--url",
            split = ",",
            paramLabel = "URL",
            required = true,
            description = "Nodes to talk to, in turn, such as http://127.0.0.1:8420.")
    private List<URI> urls = List.of();

    @Option(
            names = "--timeout",
            paramLabel = "T",
            defaultValue = "10s",
            showDefaultValue = Visibility.ALWAYS,
            description = "Silence before a request's outcome counts as unknown.")
    private Duration timeout = Duration.ofSeconds(10);

    @Option(
            names = "--retry-for",
            paramLabel = "T",
            defaultValue = "30s",
            showDefaultValue = Visibility.ALWAYS,
            description = "How long a request is repeated where that is safe, as while a node restarts.")
    private Duration retryFor = Duration.ofSeconds(30);

    @Option(
            names = "--http2",
            paramLabel = "N",
            description = "Share N connections a node by HTTP/2 instead of one connection for each call under way.")
    private @Nullable Integer http2;

    /** @throws ParameterException if an address is not one of a server */
    ForelogClient connect(Vertx vertx, int connectionsMax, CommandSpec spec) {
        for (var url : urls) {
            if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
                throw new ParameterException(
                        spec.commandLine(), "Invalid value for option '--url': '" + url + "' is not http://HOST:PORT");
            }
        }
        if (http2 != null && http2 < 1) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--http2': at least one connection, not " + http2);
        }
        var connections = http2 == null
                ? ClientOptions.DEFAULT.withConnectionsMax(connectionsMax)
                : ClientOptions.DEFAULT.withConnectionsMax(http2).withMultiplexing();
        return new ForelogClient(
                vertx, urls, connections.withAnswerTimeout(timeout).withRetryFor(retryFor));
    }
}
