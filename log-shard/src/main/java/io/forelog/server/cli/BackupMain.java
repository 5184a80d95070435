package io.forelog.server.cli;

import io.forelog.server.backup.Backup;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code backup}: copies a running cluster's logs to a directory or a bucket. */
@Command(
        name = "backup",
        mixinStandardHelpOptions = true,
        description = {
            "Copies logs of a running cluster: settings, shards with their lineage, every record that is committed"
                    + " when its shard is looked at, named cursors. Nobody has to wait for it.",
            "Not copied: API keys, the policy, what idempotent producers sent last, statistics."
        })
public final class BackupMain implements Callable<Integer> {

    @Mixin
    private NodeAccess node = new NodeAccess();

    @Mixin
    private StoreOption store = new StoreOption();

    @Option(
            names = "--to",
            required = true,
            paramLabel = "DIR|s3://BUCKET/PREFIX",
            description = "Where to; no other backup may be there.")
    private String place = "";

    @Option(
            names = "--log",
            split = ",",
            paramLabel = "L",
            description = "Only these logs (default: all); may be repeated.")
    private List<String> logs = List.of();

    public static void main(String[] arguments) {
        System.exit(Commands.of(new BackupMain(), "forelog backup").execute(arguments));
    }

    @Override
    public Integer call() {
        try (var api = node.api();
                var to = store.open(place)) {
            long records = new Backup(api, to, Clock.systemUTC(), System.out::println).run(logs);
            System.out.printf("%,d records copied to %s%n", records, place);
            return 0;
        }
    }
}
