package io.forelog.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code forecast} and {@code rehearse} say of input they cannot use: at most three lines, no stack trace. */
class WrongInputTest {

    private static final int FAILED = 1;
    private static final int WRONG_USE = 2;

    @TempDir
    private Path folder;

    private static void assertSays(int exit, String part, String... arguments) {
        var err = new StringWriter();
        int is = ForelogTool.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err))
                .execute(arguments);

        assertThat(err.toString()).contains(part).doesNotContain("\tat ").doesNotContain("Exception");
        assertThat(err.toString().lines()).hasSizeLessThanOrEqualTo(3);
        assertThat(is).isEqualTo(exit);
    }

    private static void assertForecastSays(int exit, String part, Path file, String season, String horizon) {
        assertSays(exit, part, "forecast", "--csv", file.toString(), "--season", season, "--horizon", horizon);
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("input"), text);
    }

    /** The one that is missing is most likely the one that is misspelt. */
    @Test
    void anUnknownOptionIsNamedWhereOthersAreMissingToo() {
        assertSays(WRONG_USE, "--sesaon", "forecast", "--csv", "a", "--sesaon", "24", "--horizon", "48");
        assertSays(WRONG_USE, "--season", "forecast", "--csv", "a", "--horizon", "48");
    }

    @Test
    void aFileThatIsMissingOrAFolderIsNamed() {
        var missing = folder.resolve("missing.csv");

        assertForecastSays(FAILED, missing + ": no such file", missing, "24", "48");
        assertSays(FAILED, missing + ": no such file", "rehearse", "--load", missing.toString());
        assertForecastSays(FAILED, folder + " is a directory", folder, "24", "48");
        assertSays(FAILED, folder + " is a directory", "rehearse", "--load", folder.toString());
    }

    @Test
    void aGzippedFileThatWasCutIsSaidToBeSo() throws IOException {
        var cut = folder.resolve("cut.csv.gz");
        Files.write(cut, new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});

        assertForecastSays(FAILED, "gzip'd", cut, "24", "48");
        assertSays(FAILED, "gzip'd", "rehearse", "--load", cut.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a,1,2;b,3,x | line 1",
                "id,v\\na,1,2\\nb,3,oops | line 3",
                "a,1,NaN | line 1",
                "'' | holds no series",
                "a,1,2,3 | input: "
            })
    void seriesThatAreNoneAreRefusedWithTheirLine(String text, String part) throws IOException {
        assertForecastSays(FAILED, part, file(text.replace("\\n", "\n")), "24", "48");
    }

    @ParameterizedTest
    @CsvSource({"0, 48, season", "24, 0, horizon", "x, 48, season", "24, -3, horizon"})
    void aSeasonOrHorizonThatCannotBeIsWrongUse(String season, String horizon, String part) throws IOException {
        assertForecastSays(WRONG_USE, part, file("a,1,2,3"), season, horizon);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0,0-f,1,1\\nnonsense | line 2",
                "0,0-f,1,1\\n1,0-f,x,1 | line 2",
                "0,0-f,-1,1 | counts",
                "'' | holds no load",
                "0,0-f,1,1\\n1e300,0-f,1,1\\n-1e300,0-f,1,1 | minutes"
            })
    void loadThatIsNoneIsRefusedWithItsLine(String text, String part) throws IOException {
        assertSays(FAILED, part, "rehearse", "--load", file(text.replace("\\n", "\n")).toString());
    }

    @ParameterizedTest
    @CsvSource({
        "--policy, clever, proactive",
        "--nodes, 0, node",
        "--nodes, many, many",
        "--node-capacity, -1, negative",
        "--generate, spiral, flash",
        "--duration, 5 parsecs, duration"
    })
    void anOptionThatCannotBeIsWrongUse(String option, String value, String part) throws IOException {
        assertSays(WRONG_USE, part, "rehearse", "--load", file("0,0-f,1,1").toString(), option, value);
    }

    @Test
    void loadOfNoDurationIsNotGenerated() {
        var load = folder.resolve("load.csv").toString();

        assertSays(WRONG_USE, "--duration", "rehearse", "--load", load, "--generate", "ramp", "--duration", "PT0S");
    }
}
