package io.forelog.loadgen.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.RecordRun.StoredRecord;
import io.forelog.record.RecordAddress;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forelog get}. */
@Command(
        name = "get",
        mixinStandardHelpOptions = true,
        description = "Shows a record by its address, such as 3:1201, or the newest ones with a key.",
        footer = {"", "Exits with 1 if there is no such record."})
final class GetCommand implements Callable<Integer> {

    private static final int RECORDS_MAX = 10_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Parameters(index = "0", paramLabel = "LOG", description = "The log.")
    private String log = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "ADDRESS", description = "Shard and offset, such as 3:1201.")
    private @Nullable String address;

    @Option(names = "--key", paramLabel = "K", description = "The key, instead of an address.")
    private @Nullable String key;

    @Option(names = "--all", description = "With --key: every record that has it, in the order appended.")
    private boolean all;

    @Override
    public Integer call() {
        if ((address == null) == (key == null)) {
            throw new ParameterException(spec.commandLine(), "Name either an ADDRESS such as 3:1201, or --key K");
        }
        try (var client = query.connect(spec)) {
            if (key != null && !all) {
                QueryOptions.print(spec, client.newest(log, key).await().value() + "\n");
                return 0;
            }
            for (var stored : records(client)) {
                QueryOptions.print(spec, line(stored, query.isJson()));
            }
            return 0;
        }
    }

    private List<StoredRecord> records(ForelogClient client) {
        if (key != null) {
            return client.history(log, key, RECORDS_MAX).await();
        }
        var result = client.readMany(log, List.of(parsed())).await().getFirst();
        var stored = result.stored();
        var problem = result.problem();
        if (stored == null) {
            throw new CommandFailedException(
                    problem == null ? "nothing was read" : problem.slug() + ": " + problem.detail(), null);
        }
        return List.of(stored);
    }

    private RecordAddress parsed() {
        try {
            return RecordAddress.parse(String.valueOf(address));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "Invalid ADDRESS: " + e.getMessage(), e);
        }
    }

    /** Returns a record as a line: for people its address, key and value with tabs between, or as JSON. */
    static String line(StoredRecord stored, boolean isJson) {
        var text = stored.text();
        if (!isJson) {
            return stored.address() + "\t" + (stored.key() == null ? "-" : stored.key()) + "\t" + text + "\n";
        }
        return new ObjectMapper()
                        .createObjectNode()
                        .put("shard", stored.address().shard())
                        .put("offset", stored.address().offset())
                        .put("key", stored.key())
                        .put("value", text)
                + "\n";
    }
}
