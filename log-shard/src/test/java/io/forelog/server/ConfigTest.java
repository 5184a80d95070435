package io.forelog.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.server.config.CacheSettings;
import io.forelog.server.config.Config;
import io.forelog.server.config.Settings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigTest {

    @TempDir
    private Path directory;

    @Test
    void flagsGoOverTheEnvironmentOverTheFileOverDefaults() throws Exception {
        var file = Files.writeString(directory.resolve("node.yaml"), """
            http:
              port: 1
              host: 127.0.0.2
            node.name: from-file
            cache:
              local:
                bytesMax: 2MiB
            """);

        var config = Config.of(
                file,
                Map.of("FORELOG_HTTP_PORT", "2", "FORELOG_NODE_NAME", "from-environment", "HOME", "/"),
                Map.of("http.port", "3"));

        assertThat(config.get(Settings.HTTP_PORT)).isEqualTo(3);
        assertThat(config.get(Settings.NODE_NAME)).isEqualTo("from-environment");
        assertThat(config.get(Settings.HTTP_HOST)).isEqualTo("127.0.0.2");
        assertThat(config.get(CacheSettings.LOCAL_BYTES_MAX)).isEqualTo(2 << 20);
        assertThat(config.get(Settings.FORCE_INTERVAL)).isEqualTo(Duration.ofMillis(50));
    }

    /** What is built from them says itself whether they are right: a node with defaults starts in every other test. */
    @Test
    void boundsOfGroupsThatDoNotFitEachOtherAreRefusedByName() throws Exception {
        var tooSmall = Config.of(null, Map.of(), Map.of("transport.queueBytesMax", "1MiB"));
        assertThatThrownBy(() -> ClusterSettings.of(tooSmall)).hasMessageContaining("frameBytesMax");

        var tooFew = Config.of(null, Map.of(), Map.of("replication.logEntriesMax", "100"));
        assertThatThrownBy(() -> ReplicationSettings.of(tooFew)).hasMessageContaining("logEntriesMax");
    }

    @Test
    void anUnknownSettingIsAnErrorThatNamesTheNearestOne() {
        assertThatThrownBy(() -> Config.of(null, Map.of(), Map.of("http.prot", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("http.prot")
                .hasMessageContaining("did you mean 'http.port'?");
    }

    @Test
    void aWrongValueIsAnErrorThatNamesTheSettingAndItsForm() {
        assertThatThrownBy(() -> Config.of(null, Map.of(), Map.of("http.port", "80000")))
                .hasMessageContaining("http.port")
                .hasMessageContaining("65535");
        assertThatThrownBy(() -> Config.of(null, Map.of(), Map.of("cache.order", "random")))
                .hasMessageContaining("tiers-first");
        assertThatThrownBy(() -> Config.of(null, Map.of(), Map.of("storage.forceInterval", "50ms")))
                .hasMessageContaining("PT0.05S");
        assertThatThrownBy(() -> Config.of(null, Map.of(), Map.of("cache.local.bytesMax", "many")))
                .hasMessageContaining("64MiB");
    }

    @Test
    void everySettingIsExplained() {
        assertThat(Config.catalogue())
                .allSatisfy(setting -> assertThat(setting.doc()).endsWith(".").hasSizeGreaterThan(30));
    }
}
