package io.forelog.loadgen.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command as the contract has it: what it writes, and how it ends. */
class SimulateCommandTest {

    private static final int WRONG_USE = 2;
    private static final int FAILED = 1;
    private static final String FIELDS =
            "trace capacity lag requests hitRatio lruHitRatio coverage accuracy waste late nsPerRequest modelBytes";

    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        var all = Stream.concat(Stream.of("--warm-up", "0"), Arrays.stream(arguments));
        return new CommandLine(new SimulateCommand())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private String trace(String name, String text) throws IOException {
        var file = directory.resolve(name);
        try (var gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
            gzip.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file.toString();
    }

    private String walk() throws IOException {
        var text = new StringBuilder();
        for (int i = 0; i < 2_000; i++) {
            text.append(i).append("\t1\t").append(i % 100 * 8).append('\n');
        }
        return trace("walk.tsv.gz", text.toString());
    }

    private JsonNode json() throws IOException {
        return new ObjectMapper().readTree(out.toString());
    }

    @Test
    void standardOutputIsOneArrayWithAnObjectForEachTraceCapacityAndLag() throws IOException {
        assertThat(run("--trace", walk(), "--capacity", "0.05,0.2", "--lag", "0,4", "--json", "-"))
                .isZero();

        var results = json();
        assertThat(results).hasSize(4);
        for (var result : results) {
            assertThat(result.fieldNames()).toIterable().containsExactly(FIELDS.split(" "));
            assertThat(result.get("trace").asText()).isEqualTo("walk");
            assertThat(result.get("requests").asInt()).isEqualTo(2_000);
            assertThat(result.get("lruHitRatio").asDouble()).isZero();
        }
        assertThat(results.get(2).get("coverage").asDouble()).isGreaterThan(0.5);
        assertThat(results.get(1).get("lag").asInt()).isEqualTo(4);
    }

    @Test
    void withoutPrefetchNothingIsWastedAndNoModelIsKept() throws IOException {
        assertThat(run("--trace", walk(), "--capacity", "0.05", "--prefetch", "off", "--cache", "lru", "--json", "-"))
                .isZero();

        var result = json().get(0);
        assertThat(result.get("waste").asDouble()).isZero();
        assertThat(result.get("coverage").asDouble()).isZero();
        assertThat(result.get("modelBytes").asLong()).isZero();
    }

    @Test
    void aFileOfFiguresIsWrittenBesideWhatAPersonSees() throws IOException {
        var file = directory.resolve("figures.json");

        assertThat(run("--trace", walk(), "--capacity", "0.05", "--json", file.toString()))
                .isZero();

        assertThat(new ObjectMapper().readTree(file.toFile())).hasSize(1);
        assertThat(out.toString()).contains("coverage").contains("walk");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run("--trace", directory.resolve("none.tsv.gz").toString(), "--capacity", "0.05"))
                .isEqualTo(FAILED);

        assertThat(err.toString()).contains("none.tsv.gz").contains("no such file");
    }

    @Test
    void aFileThatIsNotGzippedIsNamed() throws IOException {
        var plain = Files.writeString(directory.resolve("plain.tsv.gz"), "1\t1\t1\n");

        assertThat(run("--trace", plain.toString(), "--capacity", "0.05")).isEqualTo(FAILED);

        assertThat(err.toString()).contains("plain.tsv.gz").contains("gzip");
    }

    @Test
    void aFileThatIsCutOffIsNamed() throws IOException {
        var whole = Files.readAllBytes(Path.of(walk()));
        var half = Files.write(directory.resolve("half.tsv.gz"), Arrays.copyOf(whole, whole.length / 2));

        assertThat(run("--trace", half.toString(), "--capacity", "0.05")).isEqualTo(FAILED);

        assertThat(err.toString()).contains("half.tsv.gz");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1\t1\t1\n2\t1\n", "1\t1\t1\n2\t1\t1\t1\n", "1\t1\t1\n2\t1\tx\n", "1\t1\t1\n\n"})
    void aLineThatIsNotThreeIntegersIsNamedByItsNumber(String text) throws IOException {
        assertThat(run("--trace", trace("bad.tsv.gz", text), "--capacity", "0.05"))
                .isEqualTo(FAILED);

        assertThat(err.toString()).contains("bad.tsv.gz").contains("line 2");
    }

    @Test
    void aTraceWithoutAReadIsRefused() throws IOException {
        assertThat(run("--trace", trace("empty.tsv.gz", ""), "--capacity", "0.05"))
                .isEqualTo(FAILED);

        assertThat(err.toString()).contains("no read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--capacity 0",
                "--capacity 1.5",
                "--capacity NaN",
                "--capacity x",
                "--capacity 0.05 --lag -1",
                "--capacity 0.05 --prefetch maybe",
                "--capacity 0.05 --cache fifo",
                "--capacity 0.05 --sources none",
                "--capacity 0.05 --capicity 0.1",
                "--capacity 0.05 --threads 0",
                "--lag 0"
            })
    void wrongUseIsExplained(String options) throws IOException {
        assertThat(run(("--trace " + walk() + " " + options).split(" "))).isEqualTo(WRONG_USE);

        assertThat(err.toString()).containsAnyOf("Usage", "Possible solutions");
    }

    @Test
    void whereTheFiguresCannotBeWrittenIsSaid() throws IOException {
        var nowhere = directory.resolve("none").resolve("figures.json").toString();

        assertThat(run("--trace", walk(), "--capacity", "0.05", "--json", nowhere))
                .isEqualTo(FAILED);

        assertThat(err.toString()).contains(nowhere);
    }
}
