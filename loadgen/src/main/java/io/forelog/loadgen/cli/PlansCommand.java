package io.forelog.loadgen.cli;

import io.forelog.loadgen.report.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code forelog plans}. */
@Command(
        name = "plans",
        mixinStandardHelpOptions = true,
        description = "Lists splits, merges, moves and archiving, and how far they are.")
final class PlansCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Override
    public Integer call() {
        try (var client = query.connect(spec)) {
            var document = client.get("/v1/plans").await();
            var table = new TextTable("plan", "kind", "state", "cause", "bytes moved");
            for (var plan : document.path("plans")) {
                table.row(QueryOptions.cells(plan, "id", "kind", "state", "cause", "bytesMoved"));
            }
            query.show(spec, document, table);
            return 0;
        }
    }
}
