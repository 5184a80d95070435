package io.forelog.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log on the real file system, written by a process that is killed in the midst of it. */
class KilledProcessTest {

    private static final WalConfig CONFIG = new WalConfig(256 << 10, 2, 50);

    @TempDir
    private Path directory;

    @TempDir
    private Path outputs;

    private Path output = Path.of("");

    @Test
    void whatAKilledProcessFlushedIsThere() throws IOException, InterruptedException {
        for (var life = 0; life < 3; life++) {
            output = outputs.resolve("life-" + life);
            var writer = new ProcessBuilder(List.of(
                            ProcessHandle.current().info().command().orElseThrow(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            directory.toString()))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .redirectOutput(output.toFile())
                    .start();
            await().atMost(Duration.ofMinutes(1)).until(() -> lines() > 100);
            assertThat(writer.destroyForcibly().waitFor(10, TimeUnit.SECONDS)).isTrue();

            try (var log = WriteAheadLog.open(new FileWalStorage(directory), CONFIG, Runnable::run)) {
                assertThat(log.endIndex()).isGreaterThan(lastFlushed());
                for (var i = log.firstIndex(); i < log.endIndex(); i++) {
                    assertThat(log.read(i, 1).payload().getLong()).isEqualTo(i);
                }
            }
        }
    }

    private long lines() throws IOException {
        try (var lines = Files.lines(output)) {
            return lines.count();
        }
    }

    /** Returns the last index printed; a line that the kill cut short is only smaller. */
    private long lastFlushed() throws IOException {
        try (var lines = Files.lines(output)) {
            return lines.mapToLong(Long::parseLong).max().orElseThrow();
        }
    }

    /** Appends and flushes until it is killed, and prints the last index flushed. */
    static final class Writer {

        private Writer() {}

        public static void main(String[] arguments) throws IOException {
            var storage = new FileWalStorage(Path.of(arguments[0]));
            var log = WriteAheadLog.open(storage, CONFIG, Runnable::run);
            while (true) {
                for (var i = 0; i < 3; i++) {
                    var payload = ByteBuffer.allocate(1000);
                    log.append(new WalEntry(log.endIndex(), 1, (byte) 0, payload.putLong(0, log.endIndex())));
                }
                log.flush();
                System.out.println(log.endIndex() - 1);
                if (log.endIndex() - log.firstIndex() > 2000) {
                    log.truncateUntil(log.endIndex() - 1000);
                }
            }
        }
    }
}
