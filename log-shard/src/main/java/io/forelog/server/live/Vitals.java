package io.forelog.server.live;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.NetworkIF;
import oshi.software.os.OSProcess;

/**
 * How the machine and this process of it do. {@link #tick} is called by one thread, every few seconds; {@link #last} by
 * any.
 */
public final class Vitals {

    /**
     * One look.
     *
     * @param cpuLoad of the machine, 0 to 1, since the look before
     * @param processLoad what this process takes of it, 0 to 1
     * @param diskTotal of the file system that holds the data
     * @param readPerSecond bytes that this process read from disks, since the look before
     * @param receivedPerSecond bytes that the machine received by all its networks
     */
    public record Look(
            int cores,
            double cpuLoad,
            double processLoad,
            long memoryTotal,
            long memoryAvailable,
            long processResident,
            long heapUsed,
            long heapMax,
            long diskTotal,
            long diskUsable,
            double readPerSecond,
            double writtenPerSecond,
            double receivedPerSecond,
            double sentPerSecond) {

        static final Look NONE = new Look(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }

    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Vitals.class);

    private final SystemInfo system = new SystemInfo();
    private final Path data;
    private volatile Look last = Look.NONE;
    private long[] ticks = new long[CentralProcessor.TickType.values().length];
    private long lookedAt;
    private long cpuMillis;
    private long read;
    private long written;
    private long received;
    private long sent;

    /** @param data a directory on the file system that counts */
    public Vitals(Path data) {
        this.data = data;
    }

    public Look last() {
        return last;
    }

    /** Looks at everything; milliseconds of the kernel's files are read. */
    public void tick() {
        try {
            last = look();
        } catch (RuntimeException | LinkageError e) {
            // What cannot be measured on this system is no reason for anything else to stop.
            LOG.warn("the machine's state cannot be read: {}", e.toString());
        }
    }

    private Look look() {
        var processor = system.getHardware().getProcessor();
        var memory = system.getHardware().getMemory();
        var process = system.getOperatingSystem().getCurrentProcess();
        long now = System.nanoTime();
        double seconds = Math.max(1e-3, (now - lookedAt) / 1e9);
        boolean first = lookedAt == 0;
        lookedAt = now;
        double load = processor.getSystemCpuLoadBetweenTicks(ticks);
        ticks = processor.getSystemCpuLoadTicks();
        long before = cpuMillis;
        cpuMillis = process.getKernelTime() + process.getUserTime();
        var runtime = Runtime.getRuntime();
        var disk = data.toFile();
        double[] traffic = traffic(process, system.getHardware().getNetworkIFs(), first ? Double.MAX_VALUE : seconds);
        return new Look(
                processor.getLogicalProcessorCount(),
                first ? 0 : load,
                first
                        ? 0
                        : Math.clamp(
                                (cpuMillis - before) / 1000.0 / seconds / processor.getLogicalProcessorCount(), 0, 1),
                memory.getTotal(),
                memory.getAvailable(),
                process.getResidentSetSize(),
                runtime.totalMemory() - runtime.freeMemory(),
                runtime.maxMemory(),
                disk.getTotalSpace(),
                disk.getUsableSpace(),
                traffic[0],
                traffic[1],
                traffic[2],
                traffic[3]);
    }

    private double[] traffic(OSProcess process, List<NetworkIF> networks, double seconds) {
        long in = 0;
        long out = 0;
        for (var network : networks) {
            in += network.getBytesRecv();
            out += network.getBytesSent();
        }
        double[] rates = {
            (process.getBytesRead() - read) / seconds,
            (process.getBytesWritten() - written) / seconds,
            (in - received) / seconds,
            (out - sent) / seconds
        };
        read = process.getBytesRead();
        written = process.getBytesWritten();
        received = in;
        sent = out;
        return rates;
    }
}
