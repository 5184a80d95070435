package io.forelog.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.record.Compression;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that appends is killed at a random moment, again and again on the same data. Nothing that it
 * acknowledged may be lost, altered or doubled. In every other round segments hold so few records that it is mostly
 * rolling.
 */
class KillTest {

    private static final StorageConfig LARGE =
            StorageConfig.defaults().withFreeBytesMin(0).withBatchBytesMax(1 << 20);
    private static final StorageConfig TINY = LARGE.withSegments(64 << 10, 40);
    private static final long OPEN_MILLIS_MAX = 2_000;

    @TempDir(factory = MemoryDir.class)
    private Path directory;

    @Test
    void nothingAcknowledgedIsLostToAKill() throws Exception {
        killRounds(6, System.nanoTime());
    }

    @Test
    @Tag("long")
    void nothingAcknowledgedIsLostToTwoHundredKills() throws Exception {
        killRounds(200, System.nanoTime());
    }

    private void killRounds(int rounds, long seed) throws Exception {
        System.out.println("seed " + seed);
        var random = new Random(seed);
        long verified = 0;
        long slowest = 0;
        for (int round = 0; round < rounds; round++) {
            long acknowledged = appendUntilKilled(round % 2 == 0, random);
            long begin = System.nanoTime();
            try (var storage = new Storage(directory, LARGE)) {
                var log = storage.open(1, 0);
                long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
                // The first start in this process loads the classes.
                slowest = round == 0 ? 0 : Math.max(slowest, millis);
                assertThat(log.endOffset()).as("round %d", round).isGreaterThanOrEqualTo(acknowledged);
                assertThat(log.damage()).isNull();
                for (long offset = verified; offset < log.endOffset(); offset++) {
                    Batches.assertIsAt(offset, log.read(offset));
                }
                verified = log.endOffset();
            }
            assertThat(slowest).as("milliseconds to open").isLessThan(OPEN_MILLIS_MAX);
        }
        try (var storage = new Storage(directory, LARGE)) {
            ChronicleShardLogTest.assertHolds(storage.open(1, 0), 0, verified);
        }
        System.out.println(rounds + " kills, " + verified + " records, slowest start " + slowest + " ms");
    }

    /** Returns the end offset that the child acknowledged last. */
    private long appendUntilKilled(boolean tiny, Random random) throws Exception {
        var command = new ArrayList<String>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-agent") && !argument.startsWith("-javaagent"))
                .toList());
        command.addAll(List.of(
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                directory.toString(),
                Boolean.toString(tiny),
                Long.toString(random.nextLong())));
        var child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        long acknowledged = 0;
        try (var acks = new DataInputStream(child.getInputStream())) {
            acknowledged = acks.readLong();
            long killAt = System.nanoTime() + TimeUnit.MICROSECONDS.toNanos(random.nextInt(150_000));
            Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < killAt) {
                    LockSupport.parkNanos(killAt - System.nanoTime());
                }
                // By its handle: Process itself would close the stream, with acknowledgements still in it.
                child.toHandle().destroyForcibly();
            });
            while (true) {
                acknowledged = acks.readLong();
            }
        } catch (EOFException killed) {
            assertThat(child.waitFor()).isEqualTo(128 + 9);
            return acknowledged;
        }
    }

    /** Appends until it is killed, and tells each end offset once it is acknowledged. */
    static final class Child {

        private Child() {}

        public static void main(String[] arguments) throws IOException {
            var random = new Random(Long.parseLong(arguments[2]));
            var config = Boolean.parseBoolean(arguments[1]) ? TINY : LARGE;
            var storage = new Storage(Path.of(arguments[0]), config);
            var log = storage.open(1, 0);
            var acks = new DataOutputStream(
                    new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), Long.BYTES));
            while (true) {
                var batch =
                        Batches.batch(log.endOffset(), 1 + random.nextInt(20), Compression.values()[random.nextInt(5)]);
                log.append(batch, 1);
                if (random.nextInt(50) == 0) {
                    log.force();
                }
                acks.writeLong(log.endOffset());
                acks.flush();
            }
        }
    }
}
