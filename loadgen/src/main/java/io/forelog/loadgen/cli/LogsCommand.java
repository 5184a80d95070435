package io.forelog.loadgen.cli;

import io.forelog.loadgen.report.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code forelog logs}. */
@Command(name = "logs", mixinStandardHelpOptions = true, description = "Lists the logs that the caller may see.")
final class LogsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Override
    public Integer call() {
        try (var client = query.connect(spec)) {
            var document = client.get("/v1/logs").await();
            var table = new TextTable("log", "shards", "replicas", "ack", "fsync", "records", "bytes");
            for (var log : document.path("logs")) {
                table.row(QueryOptions.cells(
                        log, "name", "shards", "replicas", "ack", "fsync", "/totals/records", "/totals/bytes"));
            }
            query.show(spec, document, table);
            return 0;
        }
    }
}
