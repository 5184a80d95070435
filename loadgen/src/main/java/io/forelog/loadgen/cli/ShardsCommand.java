package io.forelog.loadgen.cli;

import io.forelog.loadgen.report.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code forelog shards}. */
@Command(name = "shards", mixinStandardHelpOptions = true, description = "Shows the shard map of a log.")
final class ShardsCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Parameters(paramLabel = "LOG", description = "The log.")
    private String log = "";

    @Override
    public Integer call() {
        try (var client = query.connect(spec)) {
            var document = client.get(QueryOptions.log(log) + "/shards").await();
            var table = new TextTable(
                    "shard",
                    "state",
                    "from",
                    "last",
                    "leader",
                    "replicas",
                    "parents",
                    "children",
                    "start",
                    "end",
                    "bytes");
            for (var shard : document.path("shards")) {
                table.row(QueryOptions.cells(
                        shard,
                        "shard",
                        "state",
                        "/range/from",
                        "/range/last",
                        "leader",
                        "replicas",
                        "parents",
                        "children",
                        "startOffset",
                        "highWatermark",
                        "bytes"));
            }
            query.show(spec, document, table);
            return 0;
        }
    }
}
