package io.forelog.metadata.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.metadata.Bounds;
import io.forelog.metadata.ClusterState;
import io.forelog.metadata.LogSettings;
import io.forelog.metadata.MetadataCommand.CreateLog;
import io.forelog.metadata.MetadataCommand.JoinNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ManifestTest {

    @Test
    void aHundredThousandShardsFitACheckpointAndComeBackFromIt() throws Exception {
        var state = ClusterState.EMPTY;
        for (int i = 1; i <= 5; i++) {
            state = new JoinNode("n" + i, "disk-" + i, "here", "127.0.0.1:" + i, "127.0.0.1:" + i).apply(state);
        }
        var known = LogSettings.defaults(3);
        var settings = new LogSettings(
                1000, 3, known.ack(), known.fsync(), null, Bounds.NONE, Bounds.NONE, false, 100, known.compression());
        for (int i = 0; i < 100; i++) {
            state = new CreateLog("log-" + i, settings, i).apply(state);
        }
        var sessions = new ByteArrayOutputStream();
        new Sessions().write(new DataOutputStream(sessions));

        var manifest = MetadataStateMachine.encode(state, sessions.toByteArray());

        assertThat(manifest.remaining()).isLessThan(StoreConfig.MANIFEST_BYTES_MAX / 4);
        try (var background = Executors.newSingleThreadExecutor()) {
            var machine = new MetadataStateMachine(background, new PendingCommands(1, 1));
            machine.install(1, manifest);
            assertThat(machine.state()).isEqualTo(state);
        }
    }
}
