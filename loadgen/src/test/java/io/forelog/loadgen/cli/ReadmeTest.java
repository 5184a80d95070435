package io.forelog.loadgen.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forelog.loadgen.RealNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The commands of {@code README.md}. Blocks of {@code bash} run as they are printed, one after the other, against one
 * new node in place of {@code localhost:8420}. Blocks of {@code bash elsewhere} need other machines, or run until they
 * are stopped: of these each {@code ./forelog} command must be one that its program understands.
 */
class ReadmeTest {

    private static final Path ROOT =
            Path.of(System.getProperty("basedir", ".")).toAbsolutePath().getParent();
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(bash[^\\n]*)\\n(.*?)^```$");
    private static final Pattern MAIN = Pattern.compile("(?m)^ +([a-z]+)\\) main=([A-Za-z.]+)");
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final String PRINTED = "(localhost|127\\.0\\.0\\.1):8420";
    private static final int BLOCK_SECONDS_MAX = 120;

    /** A program of the launcher, run as it runs it. */
    private static final String LAUNCHER = "#!/bin/sh\nexec %s io.forelog.loadgen.cli.ForelogTool \"$@\"\n";

    @Test
    void everyCommandRunsAsPrinted(@TempDir Path folder) throws Exception {
        for (var program : List.of("bash", "curl", "python3")) {
            assumeTrue(isOnThePath(program), "the commands of the README are not run: there is no " + program);
        }
        var blocks = blocks("bash");
        assertThat(blocks).hasSizeGreaterThan(8);
        var launcher = folder.resolve("forelog");
        Files.writeString(launcher, LAUNCHER.formatted(java()));
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwx------"));
        // An answer that is a refusal must fail the command, as it does for who reads it.
        Files.writeString(folder.resolve(".curlrc"), "fail-with-body\nsilent\nshow-error\n");

        try (var node = RealNode.startPatient(Files.createDirectory(folder.resolve("node")))) {
            for (var block : blocks) {
                run(
                        block.replaceAll(PRINTED, node.url().getAuthority()),
                        node.url().toString(),
                        folder);
            }
        }
    }

    private static void run(String block, String url, Path folder) throws IOException, InterruptedException {
        var output = folder.resolve("output");
        var builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", block)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("FORELOG_URL", url, "CURL_HOME", folder.toString()));
        var process = builder.start();
        boolean isOver = process.waitFor(BLOCK_SECONDS_MAX, TimeUnit.SECONDS);
        if (!isOver) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(isOver && process.exitValue() == 0)
                .as(
                        "%s%n%nexit %s, and it said:%n%s",
                        block, isOver ? process.exitValue() : "never", Files.readString(output))
                .isTrue();
    }

    @Test
    void whatCannotRunHereIsUnderstood() throws Exception {
        var commands = new ArrayList<String>();
        for (var block : blocks("bash elsewhere")) {
            block.replace("\\\n", " ")
                    .lines()
                    .map(line -> line.replaceFirst("\\s+#.*", "").strip())
                    .map(line -> line.replaceFirst("^[A-Z_]+=\\S+ ", ""))
                    .filter(line -> line.startsWith("./forelog "))
                    .forEach(commands::add);
        }

        assertThat(commands).hasSizeGreaterThan(5);
        for (var command : commands) {
            assertThatCode(() -> parse(command)).as(command).doesNotThrowAnyException();
        }
    }

    private static void parse(String command) throws Exception {
        var words = new ArrayList<String>();
        WORD.matcher(command)
                .results()
                .forEach(word -> words.add(word.group(1) != null ? word.group(1) : word.group(2)));
        var mains = new HashMap<String, String>();
        mains.put("node", "io.forelog.server.NodeMain");
        MAIN.matcher(Files.readString(ROOT.resolve("forelog")))
                .results()
                .forEach(main -> mains.put(main.group(1), main.group(2)));
        var main = mains.get(words.get(1));
        if (main == null) {
            ForelogTool.commandLine().parseArgs(words.subList(1, words.size()).toArray(String[]::new));
        } else {
            var constructor = Class.forName(main).getDeclaredConstructor();
            constructor.setAccessible(true);
            new CommandLine(constructor.newInstance())
                    .parseArgs(words.subList(2, words.size()).toArray(String[]::new));
        }
    }

    /** Every fenced block says what it is, so that none is missed. */
    @Test
    void noBlockOfCommandsIsLeftOut() throws IOException {
        var fences = Files.readAllLines(ROOT.resolve("README.md")).stream()
                .filter(line -> line.startsWith("```"))
                .toList();
        for (int i = 0; i < fences.size(); i += 2) {
            assertThat(fences.get(i)).matches("```(bash|bash elsewhere|java|http|yaml|mermaid|text)");
        }
    }

    private static List<String> blocks(String info) throws IOException {
        return BLOCK.matcher(Files.readString(ROOT.resolve("README.md")))
                .results()
                .filter(block -> block.group(1).equals(info))
                .map(block -> block.group(2))
                .toList();
    }

    private static String java() {
        var command = RealNode.command("");
        return String.join(
                " ",
                command.subList(0, command.size() - 1).stream()
                        .map(each -> "'" + each + "'")
                        .toList());
    }

    private static boolean isOnThePath(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(each -> Files.isExecutable(Path.of(each, program)));
    }
}
