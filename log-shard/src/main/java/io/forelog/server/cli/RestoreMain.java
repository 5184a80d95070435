package io.forelog.server.cli;

import io.forelog.server.backup.Restore;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code restore}: fills a running cluster from a backup. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Fills a running cluster, which has none of the logs, from a backup: every record comes to the address"
                    + " that it had. All is read back and compared by digest.",
            "Exits with 1 if something is not as it was."
        })
public final class RestoreMain implements Callable<Integer> {

    @Mixin
    private NodeAccess node = new NodeAccess();

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--from",
            required = true,
            paramLabel = "DIR|s3://BUCKET/PREFIX",
            description = "Where the backup is.")
    private String place = "";

    public static void main(String[] arguments) {
        System.exit(Commands.of(new RestoreMain(), "forelog restore").execute(arguments));
    }

    @Override
    public Integer call() {
        try (var api = node.api();
                var from = store.openThere(place)) {
            long records = new Restore(api, from, System.out::println).run();
            System.out.printf("%,d records restored from %s%n", records, place);
            return 0;
        }
    }
}
