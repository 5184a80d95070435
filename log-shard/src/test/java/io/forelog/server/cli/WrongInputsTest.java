package io.forelog.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.server.NodeMain;
import io.forelog.server.VerifyMain;
import io.forelog.server.cluster.ClusterMain;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who mistypes is told what is wrong in one to three lines, without a stack trace, and by the exit status. */
class WrongInputsTest {

    /** A name that nothing has, a file where a directory is asked for, and a port on which nobody listens. */
    @TempDir
    private static Path folder;

    @BeforeAll
    static void makeAFile() throws Exception {
        Files.writeString(folder.resolve("file"), "nothing of ours\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cluster --nodes | 2 | '--nodes'",
                "cluster --nodes many | 2 | 'many' is not a number",
                "cluster --nodes 0 | 2 | 1 to 99, not 0",
                "cluster --data DIR/none | 2 | --nodes is needed",
                "cluster --nodes 3 --colour red | 2 | '--colour'",
                "cluster --nodes 3 --set nonsense | 2 | KEY=VALUE",
                "cluster --nodes 3 --set http.prot=1 | 2 | did you mean 'http.port'",
                "cluster --nodes 3 --set http.idleTimeout=soon | 2 | a duration such as",
                "cluster --nodes 1 --data DIR/file | 2 | file: is there already, and no directory",
                "node --colour red | 2 | '--colour'",
                "node --http nonsense | 2 | --http takes HOST:PORT",
                "node --config DIR/none | 2 | none",
                "node --set a | 2 | KEY=VALUE",
                "node --set http.transport=kqueue | 2 | one of [auto, epoll, io_uring, java]",
                "verify | 2 | '--data=DIR'",
                "verify --data | 2 | '--data'",
                "verify --data DIR/none | 1 | none is not a data directory",
                "verify --data DIR --colour red | 2 | '--colour'",
                "backup | 2 | '--to=DIR|s3://BUCKET/PREFIX'",
                "backup --to DIR/to --url http://127.0.0.1:1 | 1 | 127.0.0.1:1: no server answers there",
                "backup --to DIR/to --url nonsense | 2 | is not http://HOST:PORT",
                "backup --to DIR/file | 1 | file cannot be used",
                "backup --to DIR/to --key-file DIR/none | 1 | none: no such file",
                "backup --to DIR/to --ca DIR/none --url https://127.0.0.1:1 | 1 | none: no such file",
                "backup --to DIR/to --ca DIR/file --url https://127.0.0.1:1 | 1 | file holds no certificates",
                "backup --to s3:// | 2 | names no bucket",
                "backup --to s3://b --s3-endpoint nonsense | 2 | is not http://HOST:PORT",
                "backup --to DIR/to more | 2 | 'more'",
                "restore | 2 | '--from=DIR|s3://BUCKET/PREFIX'",
                "restore --from DIR/none | 1 | none: no such directory",
                "restore --from DIR | 1 | backup.json is missing",
                "keys | 2 | say which: create, list or revoke",
                "keys burn | 2 | 'burn'",
                "keys create --name a | 2 | '--allow=VERB:LOG'",
                "keys create --name a --allow read:x --requests many | 2 | 'many' is not a number",
                "keys list --url http://127.0.0.1:1 | 1 | 127.0.0.1:1: no server answers there",
                "keys revoke --url http://127.0.0.1:1 a/../b | 1 | no server answers there",
                "keys revoke | 2 | 'ID'",
                "certs | 2 | say which: init",
                "certs init --days long | 2 | 'long' is not a number",
                "certs init --dir DIR/file | 1 | file: is there already, and no directory",
                "simulate-cluster --seeds some | 2 | 'some' is not a number",
                "simulate-cluster --threads 0 | 2 | at least 1",
                "simulate-cluster --fault none-such | 2 | none-such"
            })
    void whatIsWrongIsNamed(String line, int status, String named) {
        var words = line.replace("DIR/", folder + "/")
                .replaceFirst(" DIR( |$)", " " + folder + "$1")
                .split(" ");
        var said = new ByteArrayOutputStream();
        var err = System.err;
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            var arguments = java.util.Arrays.copyOfRange(words, 1, words.length);
            assertThat(Commands.of(command(words[0]), "forelog " + words[0])
                            .setErr(new PrintWriter(System.err, true))
                            .execute(arguments))
                    .as("%s", said)
                    .isEqualTo(status);
        } finally {
            System.setErr(err);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("forelog " + words[0], named)
                .doesNotContain("\tat ", "Exception");
        assertThat(said.toString(StandardCharsets.UTF_8).lines()).hasSizeBetween(1, 3);
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static Object command(String name) {
        return switch (name) {
            case "cluster" -> new ClusterMain();
            case "node" -> new NodeMain();
            case "verify" -> new VerifyMain();
            case "backup" -> new BackupMain();
            case "restore" -> new RestoreMain();
            case "keys" -> new KeysMain();
            case "certs" -> new CertsMain();
            case "simulate-cluster" -> new SimulateClusterMain();
            default -> throw new IllegalArgumentException(name);
        };
    }
}
