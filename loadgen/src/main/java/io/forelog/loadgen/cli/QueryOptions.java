package io.forelog.loadgen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.client.ClientOptions;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.report.Terminal;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** What the commands that look at a cluster have in common: which one, as whom, and how it is shown. */
final class QueryOptions {

    /** Long enough for a node that is busy, short enough for somebody who waits for an answer. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Pattern GOOD = Pattern.compile("\\b(up|OPEN|DONE|UP)\\b");
    private static final Pattern PASSING = Pattern.compile(
            "\\b(draining|SEALED|PREPARE|COPY|CATCH_UP|VERIFY|CUTOVER|WATCH|CANCELLED|ROLLED_BACK|STARTING)\\b");
    private static final Pattern BAD = Pattern.compile("\\b(down|FAILED|DELETED|CUT_OFF)\\b");

    @Option(
            names = "--url",
            paramLabel = "URL[,URL]",
            defaultValue = "${env:FORELOG_URL:-http://127.0.0.1:8420}",
            description =
                    "Nodes to ask; one that cannot be reached is passed over. Default: FORELOG_URL of the environment, "
                            + "else http://127.0.0.1:8420.")
    private String urls = "";

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "File of an API key. Default: FORELOG_KEY of the environment.")
    private @Nullable Path keyFile;

    @Option(names = "--ca", paramLabel = "FILE", description = "Certificates to trust instead of the system's, PEM.")
    private @Nullable Path authority;

    @Option(names = "--json", description = "Show the server's own JSON instead of a table.")
    private boolean json;

    /** @throws ParameterException if an address is not one of a server */
    ForelogClient connect(CommandSpec spec) {
        for (var url : urls.split(",")) {
            if (!isUrl(url.strip())) {
                throw new ParameterException(
                        spec.commandLine(), "Invalid value for option '--url': '" + url + "' is not http://HOST:PORT");
            }
        }
        var options = ClientOptions.DEFAULT
                .withConnectionsMax(4)
                .withAnswerTimeout(PATIENCE)
                .withRetryFor(PATIENCE)
                .withToken(token())
                .withAuthority(authority);
        return ForelogClient.connect(urls, options);
    }

    private static boolean isUrl(String text) {
        try {
            var url = URI.create(text);
            return url.getHost() != null && List.of("http", "https").contains(url.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private @Nullable String token() {
        try {
            return keyFile == null
                    ? System.getenv("FORELOG_KEY")
                    : Files.readString(keyFile).strip();
        } catch (IOException e) {
            throw new CommandFailedException("cannot read the key: " + CommandFailedException.told(e), e);
        }
    }

    boolean isJson() {
        return json;
    }

    /** Shows a document as it is, or as a table. */
    void show(CommandSpec spec, JsonNode document, Object table) {
        print(spec, json ? document.toPrettyString() + "\n" : coloured(table.toString()));
    }

    /** Prints at once, so that who reads along sees it now. */
    static void print(CommandSpec spec, String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
    }

    /** States are coloured where a person sees them, and only there; {@code NO_COLOR} is heeded. */
    private static String coloured(String text) {
        return Terminal.watchesStandardOutput() && System.getenv("NO_COLOR") == null ? painted(text) : text;
    }

    static String painted(String text) {
        var good = GOOD.matcher(text).replaceAll("\033[32m$1\033[0m");
        var passing = PASSING.matcher(good).replaceAll("\033[33m$1\033[0m");
        return BAD.matcher(passing).replaceAll("\033[31m$1\033[0m");
    }

    /** Returns the path of a log. */
    static String log(String name) {
        return "/v1/logs/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns an element's members as texts, a dash for what is not there. */
    static String[] cells(JsonNode element, String... names) {
        return Arrays.stream(names)
                .map(name -> element.at(name.startsWith("/") ? name : "/" + name))
                .map(value -> value.isMissingNode() || value.isNull()
                        ? "-"
                        : value.isValueNode() ? value.asText() : value.toString())
                .toArray(String[]::new);
    }
}
