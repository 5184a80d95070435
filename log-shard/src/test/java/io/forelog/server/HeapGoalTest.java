package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.forelog.server.config.Config;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeapGoalTest {

    private static final String OPTION = "SoftMaxHeapSize";

    private final HotSpotDiagnosticMXBean machine =
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);

    @Test
    void aGoalAboveTheMaximumIsNotSet() throws IOException {
        var before = machine.getVMOption(OPTION).getValue();

        HeapGoal.set(config(Long.toString(Runtime.getRuntime().maxMemory())));

        assertThat(machine.getVMOption(OPTION).getValue()).isEqualTo(before);
    }

    @Test
    void theGoalLeavesRoomForTheCachesTwice() throws IOException {
        var before = machine.getVMOption(OPTION).getValue();
        long goal = (1L << 30) + 2 * (8L << 20);

        HeapGoal.set(config("8MiB"));

        assertThat(machine.getVMOption(OPTION).getValue())
                .isEqualTo(goal < Runtime.getRuntime().maxMemory() ? Long.toString(goal) : before);
        machine.setVMOption(OPTION, before);
    }

    private static Config config(String cacheBytes) throws IOException {
        return Config.of(
                null, Map.of(), Map.of("cache.regional.enabled", "false", "cache.local.bytesMax", cacheBytes));
    }
}
