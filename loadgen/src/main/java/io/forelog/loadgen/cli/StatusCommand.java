package io.forelog.loadgen.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.forelog.loadgen.report.Figures;
import io.forelog.loadgen.report.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code forelog status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows the nodes of a cluster and how they do.")
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private QueryOptions query;

    @Override
    public Integer call() {
        try (var client = query.connect(spec)) {
            var document = client.get("/v1/nodes").await();
            var table = new TextTable("node", "role", "region", "state", "cpu", "memory", "disk free", "leads");
            for (var node : document.path("nodes")) {
                table.row(
                        node.path("name").asText(),
                        node.path("role").asText("-"),
                        node.path("region").asText("-"),
                        node.path("state").asText("-"),
                        percent(node.path("cpu").path("load")),
                        bytes(node.path("memory").path("resident")),
                        bytes(node.path("disk").path("usable")),
                        Integer.toString(node.path("leads").size()));
            }
            query.show(spec, document, table);
            return 0;
        }
    }

    private static String percent(JsonNode share) {
        return share.isNumber() ? Math.round(share.asDouble() * 100) + " %" : "-";
    }

    private static String bytes(JsonNode count) {
        return count.isNumber() ? Figures.bytes(count.asLong()) : "-";
    }
}
