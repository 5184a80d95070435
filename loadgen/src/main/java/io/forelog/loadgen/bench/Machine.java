package io.forelog.loadgen.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Where it was measured.
 *
 * @param processor its model, as the kernel names it
 * @param memoryGibibytes all of it
 * @param fileSystem of the folder where the peers keep their data
 * @param forceMicros median and extremes of writing 4 KiB to it and forcing them: what an append waits for at least
 * @param loadAverage of the minute before it began, below 0 where nobody tells
 */
public record Machine(
        String processor,
        int processors,
        double memoryGibibytes,
        String system,
        String java,
        String fileSystem,
        Spread forceMicros,
        double loadAverage) {

    private static final int FORCES = 200;
    private static final int BLOCK_BYTES = 4096;
    private static final double KIBIBYTES_PER_GIBIBYTE = 1 << 20;

    /** @throws IOException if nothing can be written into {@code folder} */
    static Machine of(Path folder) throws IOException {
        return new Machine(
                value(Path.of("/proc/cpuinfo"), "model name"),
                Runtime.getRuntime().availableProcessors(),
                kibibytes(value(Path.of("/proc/meminfo"), "MemTotal")) / KIBIBYTES_PER_GIBIBYTE,
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                System.getProperty("java.vm.name") + " " + Runtime.version(),
                Files.getFileStore(folder).type(),
                force(folder),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String value(Path file, String name) throws IOException {
        if (!Files.isReadable(file)) {
            return "unknown";
        }
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(name))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("unknown");
        }
    }

    private static double kibibytes(String text) {
        var digits = text.replaceAll("\\D", "");
        return digits.isEmpty() ? Double.NaN : Double.parseDouble(digits);
    }

    /** Returns whether others took more than a quarter of its processors when it began. */
    boolean isBusy() {
        return loadAverage > processors / 4.0;
    }

    private static Spread force(Path folder) throws IOException {
        var file = folder.resolve("force");
        var micros = new double[FORCES];
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            for (int i = 0; i < FORCES; i++) {
                long began = System.nanoTime();
                channel.write(ByteBuffer.allocate(BLOCK_BYTES), (long) i * BLOCK_BYTES);
                channel.force(false);
                micros[i] = (System.nanoTime() - began) / 1e3;
            }
        } finally {
            Files.deleteIfExists(file);
        }
        return Spread.of(micros);
    }
}
