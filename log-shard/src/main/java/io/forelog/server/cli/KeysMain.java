package io.forelog.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code keys}: API keys of a running cluster, made, listed, revoked. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = "API keys of a running cluster: who calls, what for, how long.",
        synopsisSubcommandLabel = "COMMAND")
public final class KeysMain implements Runnable {

    private static final ObjectMapper JSON = new ObjectMapper();

    public static void main(String[] arguments) {
        System.exit(Commands.of(new KeysMain(), "forelog keys").execute(arguments));
    }

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), "say which: create, list or revoke");
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Makes a key and prints it, this once only.")
    int create(
            @Mixin NodeAccess node,
            @Option(names = "--name", required = true, paramLabel = "NAME", description = "Whose key it is.")
                    String name,
            @Option(
                            names = "--allow",
                            required = true,
                            split = ",",
                            paramLabel = "VERB:LOG",
                            description = "What it may do: read, append or admin, on the logs of a pattern, such as"
                                    + " read:orders-*; may be repeated.")
                    List<String> allow,
            @Option(
                            names = "--expires",
                            paramLabel = "PERIOD",
                            description = "How long it is good, such as P90D (default: for ever).")
                    @Nullable
                    String expires,
            @Option(names = "--requests", paramLabel = "N", description = "Its quota in requests a second.") @Nullable
                    Long requests,
            @Option(names = "--bytes", paramLabel = "N", description = "Its quota in bytes a second.") @Nullable
                    Long bytes) {
        var body = JSON.createObjectNode().put("name", name);
        allow.forEach(body.putArray("permissions")::add);
        if (expires != null) {
            body.put("expires", expires);
        }
        if (requests != null) {
            body.put("requestsPerSecond", requests);
        }
        if (bytes != null) {
            body.put("bytesPerSecond", bytes);
        }
        var key = node.call("POST", "/v1/keys", body);
        System.err.println("Key " + key.get("id").textValue() + " of " + name + ". It is not shown again:");
        System.out.println(key.get("key").textValue());
        return 0;
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists the keys, without their secrets.")
    int list(@Mixin NodeAccess node) {
        for (var key : node.call("GET", "/v1/keys", null).get("keys")) {
            System.out.printf(
                    "%s  %-20s  %s  expires %s%n",
                    key.get("id").textValue(),
                    key.get("name").textValue(),
                    permissions(key),
                    key.get("expiresAt").isNull()
                            ? "never"
                            : key.get("expiresAt").textValue());
        }
        return 0;
    }

    private static String permissions(JsonNode key) {
        var texts = new java.util.StringJoiner(",");
        key.get("permissions").forEach(permission -> texts.add(permission.textValue()));
        return texts.toString();
    }

    @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Makes a key worth nothing, at once.")
    int revoke(@Mixin NodeAccess node, @Parameters(paramLabel = "ID", description = "As list shows it.") String id) {
        node.call("DELETE", "/v1/keys/" + URLEncoder.encode(id, StandardCharsets.UTF_8), null);
        System.out.println("revoked " + id);
        return 0;
    }
}
