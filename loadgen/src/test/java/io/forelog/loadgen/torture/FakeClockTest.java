package io.forelog.loadgen.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.loadgen.torture.cluster.FakeClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a real Java process is set while it runs. */
class FakeClockTest {

    private static final long PARKED_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int HOUR_SECONDS = 3_600;

    @TempDir
    private Path folder;

    /** What the process runs: a line for each time it was parked, of how long that was and what the wall clock says. */
    static final class Parked {

        private Parked() {}

        public static void main(String[] arguments) {
            while (true) {
                long began = System.nanoTime();
                LockSupport.parkNanos(PARKED_NANOS);
                System.out.println(System.nanoTime() - began + " " + System.currentTimeMillis());
            }
        }
    }

    @Test
    @Timeout(60)
    void theWallClockStepsAndWaitingTakesAsLongAsItDid() throws Exception {
        Assumptions.assumeTrue(FakeClock.isInstalled(), "skipped: libfaketime is not installed");
        var process = new ProcessBuilder(FakeClock.under(
                        folder,
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Parked.class.getName())))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var said = process.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < 5; i++) {
                assertThat(next(said)[0]).isGreaterThan(PARKED_NANOS / 2);
            }

            FakeClock.set(folder, HOUR_SECONDS);

            long ahead = System.currentTimeMillis() + TimeUnit.SECONDS.toMillis(HOUR_SECONDS);
            long last = 0;
            while (last < ahead) {
                last = next(said)[1];
            }
        } finally {
            process.destroyForcibly();
            process.onExit().join();
        }
    }

    private static long[] next(BufferedReader said) throws IOException {
        var words = said.readLine().split(" ");
        return new long[] {Long.parseLong(words[0]), Long.parseLong(words[1])};
    }
}
