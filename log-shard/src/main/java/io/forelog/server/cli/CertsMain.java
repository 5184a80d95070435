package io.forelog.server.cli;

import io.forelog.server.security.Authority;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code certs}: a private authority, and certificates of nodes that it signs. */
@Command(
        name = "certs",
        mixinStandardHelpOptions = true,
        description = "A first private certificate authority, and certificates that it signs.",
        synopsisSubcommandLabel = "COMMAND")
public final class CertsMain implements Runnable {

    @CommandLine.Spec
    private CommandLine.Model.@Nullable CommandSpec spec;

    public static void main(String[] arguments) {
        System.exit(Commands.of(new CertsMain(), "forelog certs").execute(arguments));
    }

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                java.util.Objects.requireNonNull(spec).commandLine(), "say which: init");
    }

    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description =
                    "Makes an authority, unless there is one, and a certificate for a node. Run it again with another"
                            + " --name for each further node.")
    int init(
            @Option(
                            names = "--dir",
                            paramLabel = "DIR",
                            defaultValue = "certs",
                            description = "Where to (default: ${DEFAULT-VALUE}).")
                    Path dir,
            @Option(
                            names = "--name",
                            paramLabel = "NAME",
                            defaultValue = "node",
                            description = "The node's name; its files are NAME.crt and NAME.key.")
                    String name,
            @Option(
                            names = "--host",
                            split = ",",
                            paramLabel = "HOST",
                            description =
                                    "A name or an address that callers and other nodes use; may be repeated. localhost"
                                            + " and this machine's name are always in.")
                    @Nullable
                    List<String> hosts,
            @Option(
                            names = "--days",
                            paramLabel = "N",
                            defaultValue = "397",
                            description = "How long it is good (default: ${DEFAULT-VALUE}).")
                    int days)
            throws Exception {
        var all = new LinkedHashSet<>(List.of(
                "localhost", "127.0.0.1", "::1", InetAddress.getLocalHost().getHostName()));
        all.addAll(hosts == null ? List.of() : hosts);
        var authority = Authority.openOrCreate(dir);
        var made = authority.issue(name, new ArrayList<>(all), days);
        System.out.println("--set tls.certificate=" + made.certificate() + " --set tls.key=" + made.key()
                + " --set cluster.ca=" + dir.resolve(Authority.CERTIFICATE));
        System.err.println("Callers trust " + dir.resolve(Authority.CERTIFICATE) + "; keep "
                + dir.resolve(Authority.KEY) + " to yourself.");
        return 0;
    }
}
