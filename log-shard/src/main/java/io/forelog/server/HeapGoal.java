package io.forelog.server;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import java.lang.management.ManagementFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The size that the heap is kept to while that is possible. The collector would otherwise let a heap grow to its
 * maximum before it collects: memory that the page cache could use, and each page of it is filled with zeros first.
 * Under need the heap still grows to the maximum.
 */
final class HeapGoal {

    /** What a busy node allocates between two collections, and what it holds beside its caches. */
    private static final long WORK_BYTES = 1L << 30;

    private static final Logger LOG = LoggerFactory.getLogger(HeapGoal.class);

    private HeapGoal() {}

    /** Sets it for this process, where the collector has such a goal. */
    static void set(Config config) {
        long caches = config.get(CacheSettings.LOCAL_BYTES_MAX)
                + (config.get(CacheSettings.REGIONAL_ENABLED) ? config.get(CacheSettings.REGIONAL_BYTES_MAX) : 0);
        long goal = Math.addExact(WORK_BYTES, Math.multiplyExact(2, caches));
        if (goal >= Runtime.getRuntime().maxMemory()) {
            return;
        }
        var machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (machine == null) {
            return;
        }
        try {
            machine.setVMOption("SoftMaxHeapSize", Long.toString(goal));
        } catch (IllegalArgumentException e) {
            LOG.info("this Java has no goal for the size of its heap: {}", e.getMessage());
        }
    }
}
