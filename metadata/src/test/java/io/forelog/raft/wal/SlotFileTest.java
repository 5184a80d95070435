package io.forelog.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.simulation.SimulatedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotFileTest {

    private final SimulatedStorage storage = new SimulatedStorage();

    @Test
    void newFileHasNoValue() throws IOException {
        assertThat(open().read()).isEmpty();
        assertThat(open().read()).isEmpty();
    }

    @Test
    void valueSurvivesACrash() throws IOException {
        var file = open();
        write(file, "one");
        write(file, "two");
        storage.crashLosingAll();

        assertThat(text(open())).isEqualTo("two");
    }

    @Test
    void writeTornByACrashLeavesTheOldValueOrTheNew() throws IOException {
        for (var seed = 0L; seed < 100; seed++) {
            storage.clear();
            write(open(), "old");
            storage.crash(new Random(seed));
            var file = open();
            storage.failForces(true);
            assertThatThrownBy(() -> write(file, "new ".repeat(300))).isInstanceOf(IOException.class);
            storage.failForces(false);
            storage.crash(new Random(seed));

            assertThat(text(open())).as("seed %d", seed).isIn("old", "new ".repeat(300));
        }
    }

    @Test
    void flippedBitNeverBringsBackAnOlderVote() throws IOException {
        var file = open();
        write(file, "term 1");
        write(file, "term 2");
        for (var position = 0; position < 22; position++) {
            storage.flip("vote", position, position % 8);
            assertThat(text(open())).isEqualTo("term 2");
            storage.flip("vote", position, position % 8);
        }
    }

    @Test
    void damageToBothCopiesStopsTheReplica() throws IOException {
        write(open(), "term 1");
        storage.flip("vote", 17, 0);
        storage.flip("vote", storage.size("vote") / 2 + 17, 0);

        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class);
    }

    private SlotFile open() throws IOException {
        return SlotFile.open(storage, "vote", 2000);
    }

    private static void write(SlotFile file, String text) throws IOException {
        file.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(SlotFile file) {
        return StandardCharsets.UTF_8.decode(file.read().orElseThrow()).toString();
    }
}
