package io.forelog.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.loadgen.RealNode;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.LogSettings;
import io.forelog.loadgen.demo.NodeProcess;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The commands for those who live in a terminal, on a real node. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TerminalCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private NodeProcess node;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        node = RealNode.start(folder, 0);
        try (var client = ForelogClient.connect(node.url().toString())) {
            client.createLog("orders", new LogSettings(2, "interval")).await();
        }
    }

    @AfterAll
    void end() {
        node.close();
    }

    private int run(String... arguments) {
        return feed("", arguments);
    }

    private int feed(String input, String... arguments) {
        var all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", node.url().toString()));
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        var line = ForelogTool.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        AppendCommand append = line.getSubcommands().get("append").getCommand();
        append.readFrom(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        return line.execute(all.toArray(String[]::new));
    }

    private JsonNode json() {
        try {
            return JSON.readTree(out.toString());
        } catch (IOException e) {
            throw new AssertionError(out.toString(), e);
        }
    }

    @Test
    void whatIsAppendedIsFoundByItsAddressAndItsKeyAndFollowed() {
        assertThat(run("append", "orders", "--key", "user-42", "{\"item\":\"lamp\"}"))
                .as(err.toString())
                .isZero();
        var address = out.toString().strip();
        assertThat(address).matches("[01]:\\d+");

        assertThat(run("get", "orders", address)).isZero();
        assertThat(out.toString()).isEqualTo(address + "\tuser-42\t{\"item\":\"lamp\"}\n");
        assertThat(run("get", "orders", "--key", "user-42")).isZero();
        assertThat(out.toString()).isEqualTo("{\"item\":\"lamp\"}\n");

        assertThat(feed("k1\tone\nk1\ttwo\nk2\tthree\n", "append", "orders", "--key-until", "\t"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(3);
        assertThat(run("get", "orders", "--key", "k1", "--all")).isZero();
        assertThat(out.toString().lines().map(line -> line.substring(line.lastIndexOf('\t') + 1)))
                .containsExactly("one", "two");
        assertThat(run("tail", "orders", "--from", "earliest", "--key", "k1", "--count", "2", "--json"))
                .isZero();
        assertThat(out.toString().lines()).hasSize(2).allMatch(line -> line.contains("\"key\":\"k1\""));
    }

    @Test
    void tablesShowNodesLogsShardsAndPlansAndJsonIsTheServersOwn() {
        assertThat(run("status")).as(err.toString()).isZero();
        assertThat(out.toString()).contains("node", "state", "cpu", "up").doesNotContain("\033");
        assertThat(run("status", "--json")).isZero();
        assertThat(json().path("nodes")).hasSize(1);
        assertThat(run("logs")).isZero();
        assertThat(out.toString()).contains("log", "replicas", "orders");
        assertThat(run("shards", "orders")).isZero();
        assertThat(out.toString()).contains("0000000000000000", "OPEN").containsPattern("(?m)^1 ");
        assertThat(run("shards", "orders", "--json")).isZero();
        assertThat(json().path("shards")).hasSize(2);
        assertThat(run("plans")).isZero();
        assertThat(out.toString()).contains("plan", "bytes moved");
    }

    @Test
    void whatFailsIsToldInOneLineAndWrongUseWithAHint() {
        assertThat(run("shards", "none")).isEqualTo(1);
        assertThat(err.toString()).contains("forelog shards: 404 no-such-log").hasLineCount(1);
        assertThat(run("get", "orders", "0:999999")).isEqualTo(1);
        assertThat(err.toString()).contains("no-such-record");
        assertThat(run("append", "none", "x")).isEqualTo(1);
        assertThat(err.toString()).contains("no-such-log");
        assertThat(run("tail", "none")).isEqualTo(1);
        assertThat(err.toString()).contains("no-such-log");
        assertThat(run("get", "orders")).isEqualTo(2);
        assertThat(err.toString()).contains("--key");
        assertThat(run("get", "orders", "three")).isEqualTo(2);
        assertThat(run("shards", "orders", "--jsn")).isEqualTo(2);
        assertThat(err.toString()).contains("--json");
    }

    @Test
    void statesAreColouredOnlyWhereTheyStandAlone() {
        assertThat(QueryOptions.painted("n1 up  startup down"))
                .isEqualTo("n1 \033[32mup\033[0m  startup \033[31mdown\033[0m");
    }
}
