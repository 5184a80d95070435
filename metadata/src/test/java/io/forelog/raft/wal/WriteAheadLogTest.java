package io.forelog.raft.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forelog.simulation.SimulatedStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WriteAheadLogTest {

    private static final WalConfig CONFIG = new WalConfig(128 << 10, 2, 6);

    private final SimulatedStorage storage = new SimulatedStorage();

    @Test
    void flushedEntriesSurviveACrash() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.append(entry(2, 1, "b"));
        log.flush();
        log.append(entry(3, 1, "c"));

        storage.crashLosingAll();
        var recovered = open();

        assertThat(recovered.endIndex()).isEqualTo(3);
        assertThat(text(recovered, 2)).isEqualTo("b");
    }

    /** Whatever a crash tears, what was flushed is there and what is there is what was written. */
    @Test
    void randomCrashesNeverLoseFlushedEntriesNorMakeUpOthers() throws IOException {
        for (var seed = 0L; seed < 150; seed++) {
            var random = new Random(seed);
            var expected = new ArrayList<String>();
            var flushed = 0;
            for (var life = 0; life < 4; life++) {
                var log = open();
                assertThat(log.endIndex() - 1).as("seed %d", seed).isBetween((long) flushed, (long) expected.size());
                expected.subList((int) log.endIndex() - 1, expected.size()).clear();
                for (var i = log.firstIndex(); i < log.endIndex(); i++) {
                    assertThat(text(log, i)).as("seed %d", seed).isEqualTo(expected.get((int) i - 1));
                }
                for (var step = 0; step < 40; step++) {
                    var text = life + "-" + step + "x".repeat(random.nextInt(2000));
                    log.append(entry(expected.size() + 1, life + 1, text));
                    expected.add(text);
                    if (random.nextInt(4) == 0) {
                        log.flush();
                        flushed = expected.size();
                    } else if (random.nextInt(8) == 0) {
                        var from = flushed + 1 + random.nextInt(expected.size() - flushed);
                        log.truncateFrom(from);
                        log.flush();
                        expected.subList(from - 1, expected.size()).clear();
                        flushed = expected.size();
                    }
                }
                storage.crash(random);
            }
            storage.clear();
        }
    }

    @Test
    void bitFlippedInTheMiddleStopsTheReplica() throws IOException {
        var log = open();
        for (var i = 1; i <= 20; i++) {
            log.append(entry(i, 1, "entry " + i));
            log.flush();
        }
        storage.crashLosingAll();
        var random = new Random(5);
        var name = LogFile.name(1);
        for (var run = 0; run < 200; run++) {
            var position = LogFile.HEADER_BYTES + random.nextInt(19 * 40);
            var bit = random.nextInt(8);
            // Padding is not covered, and cannot matter.
            if ((position - LogFile.HEADER_BYTES) % 40 >= 39) {
                continue;
            }
            storage.flip(name, position, bit);
            assertThatThrownBy(this::open)
                    .as("bit %d of byte %d", bit, position)
                    .isInstanceOf(CorruptLogException.class);
            storage.flip(name, position, bit);
        }
        assertThat(open().endIndex()).isEqualTo(21);
    }

    @Test
    void bitFlippedInTheLastEntryIsFoundAfterAnOrderlyClose() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.append(entry(2, 1, "b"));
        log.close();

        storage.flip(LogFile.name(1), LogFile.HEADER_BYTES + 40 + LogRecord.HEADER_BYTES, 3);

        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class);
    }

    /** It was acknowledged: taken for a torn write it would be lost, where another replica may not have it yet. */
    @Test
    void bitFlippedInTheLastWriteIsToldFromATornWrite() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.flush();
        log.append(entry(2, 3, "the last but one"));
        log.append(entry(3, 3, "the last"));
        log.flush();
        storage.crashLosingAll();
        var name = LogFile.name(1);
        int lastWrite = LogFile.HEADER_BYTES + 40;
        int size = LogRecord.size("the last but one".length()) + LogRecord.size("the last".length());

        for (int position = lastWrite; position < lastWrite + size; position++) {
            for (int bit = 0; bit < 8; bit++) {
                storage.flip(name, position, bit);
                assertThatThrownBy(this::open)
                        .as("bit %d of byte %d", bit, position)
                        .isInstanceOf(CorruptLogException.class);
                storage.flip(name, position, bit);
            }
        }
        assertThat(open().endIndex()).isEqualTo(4);
    }

    /** Its second sector, of which one bit is to be set, was not written before the power went. */
    @Test
    void aWriteTornBeforeASectorThatIsNearlyEmptyIsCutOff() throws IOException {
        var log = open();
        var payload = new byte[700];
        Arrays.fill(payload, 0, 200, (byte) 'x');
        payload[699] = 1;
        log.append(new WalEntry(1, 1, (byte) 0, ByteBuffer.wrap(payload)));
        log.write();
        storage.flip(LogFile.name(1), LogFile.HEADER_BYTES + LogRecord.HEADER_BYTES + 699, 0);
        storage.kill();

        assertThat(open().endIndex()).isEqualTo(1);
    }

    @Test
    void bitFlippedIsFoundWhenAnEntryIsReadAgain() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.flush();
        storage.flip(LogFile.name(1), LogFile.HEADER_BYTES + LogRecord.HEADER_BYTES, 0);

        assertThatThrownBy(() -> log.read(1, 1)).isInstanceOf(CorruptLogException.class);
        assertThatThrownBy(() -> log.append(entry(2, 1, "b"))).hasMessageContaining("failed before");
    }

    /** It was known to be damage: the next start must not take it for a torn write, and go on without the entry. */
    @Test
    void bitFlippedInTheLastWriteIsNotForgottenOnceItWasFound() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.append(entry(2, 1, "b"));
        log.flush();
        storage.flip(LogFile.name(1), LogFile.HEADER_BYTES + LogRecord.HEADER_BYTES, 0);
        assertThatThrownBy(() -> log.read(1, 1)).isInstanceOf(CorruptLogException.class);

        storage.crashLosingAll();

        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void missingFileStopsTheReplica() throws IOException {
        fill(open(), 1, 400);
        storage.delete(LogFile.name(2));

        assertThatThrownBy(this::open).isInstanceOf(CorruptLogException.class);
    }

    @Test
    void truncatedTailStaysGoneAndIsReplaced() throws IOException {
        var log = open();
        for (var i = 1; i <= 5; i++) {
            log.append(entry(i, 1, "old " + i));
        }
        log.truncateFrom(3);
        log.append(entry(3, 2, "new 3"));
        log.flush();

        storage.crashLosingAll();
        var recovered = open();

        assertThat(recovered.endIndex()).isEqualTo(4);
        assertThat(recovered.term(3)).isEqualTo(2);
        assertThat(text(recovered, 3)).isEqualTo("new 3");
    }

    @Test
    void entryOfAnotherTermIsGone() throws IOException {
        var log = open();
        log.append(entry(1, 1, "old"));
        log.truncateFrom(1);
        log.append(entry(1, 2, "new"));

        assertThatThrownBy(() -> log.read(1, 1)).isInstanceOf(EntryGoneException.class);
        assertThat(text(log, 1)).isEqualTo("new");
    }

    @Test
    void filesGoRoundInsteadOfGrowing() throws IOException {
        var log = open();
        for (var round = 0; round < 20; round++) {
            var from = round * 100 + 1;
            fill(log, from, 100);
            log.truncateUntil(from + 99);
        }

        assertThat(log.diskBytes()).isLessThanOrEqualTo(4L * CONFIG.fileBytes());
        assertThatThrownBy(() -> log.read(1, 1)).isInstanceOf(EntryGoneException.class);
        assertThat(open().endIndex()).isEqualTo(2001);
    }

    /** To fill a file with zeros costs as much as what is written to it then. */
    @Test
    void filesThatAreNeededAgainAndAgainAreFilledWithZerosOnce() throws IOException {
        var log = open();
        for (var round = 0; round < 20; round++) {
            var from = round * 100 + 1;
            fill(log, from, 100);
            log.truncateUntil(Math.max(0, from + 99 - 300));
        }

        assertThat(log.diskBytes()).isGreaterThan((long) CONFIG.filesKept() * CONFIG.fileBytes());
        assertThat(log.diskBytes()).isEqualTo((long) storage.allocations() * CONFIG.fileBytes());
    }

    @Test
    void filesThatAreNotNeededForLongAreGivenBack() throws IOException {
        var log = open();
        fill(log, 1, 500);
        for (var round = 0; round < 80; round++) {
            log.truncateUntil(log.endIndex() - 1);
            fill(log, (int) log.endIndex(), 100);
        }

        assertThat(log.diskBytes()).isLessThanOrEqualTo((CONFIG.filesKept() + 1L) * CONFIG.fileBytes());
    }

    @Test
    void resetSkipsToTheIndexOfACheckpoint() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.reset(101);
        log.append(entry(101, 3, "b"));
        log.flush();
        storage.crashLosingAll();

        var recovered = open();

        assertThat(recovered.firstIndex()).isEqualTo(101);
        assertThat(text(recovered, 101)).isEqualTo("b");
    }

    @Test
    void fullDiskIsToldBeforeAnythingIsWritten() throws IOException {
        storage.capacity(3L * CONFIG.fileBytes());
        var log = open();
        var entries = 0;
        while (hasRoom(log)) {
            log.append(entry(++entries, 1, "x".repeat(1000)));
        }
        log.flush();

        storage.crashLosingAll();
        var recovered = open();
        assertThat(recovered.endIndex()).isEqualTo(entries + 1);
        assertThat(hasRoom(recovered)).isFalse();

        // What cannot be refused still fits.
        recovered.append(entry(entries + 1, 2, "a new leader's first entry"));
        recovered.truncateFrom(entries + 1);
        recovered.truncateUntil(entries);
        assertThat(hasRoom(recovered)).isTrue();
    }

    @Test
    void boundOfTheRingIsRefusedLikeAFullDisk() throws IOException {
        var log = open();

        assertThatThrownBy(() -> log.ensureRoom(7L * CONFIG.fileBytes(), 1000))
                .isInstanceOf(StorageFullException.class)
                .hasMessageContaining("bound of 6 files");
    }

    @Test
    void failedForceIsFinal() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        storage.failForces(true);
        assertThatThrownBy(log::flush).isInstanceOf(IOException.class);
        storage.failForces(false);

        assertThatThrownBy(log::flush).hasMessageContaining("failed before");
        assertThatThrownBy(() -> log.append(entry(2, 1, "b"))).hasMessageContaining("failed before");
    }

    @Test
    void crashBetweenRenameAndHeaderLeavesAFreeFile() throws IOException {
        var log = open();
        log.append(entry(1, 1, "a"));
        log.flush();
        var free = storage.names().stream().filter(LogFile::isFree).findFirst().orElseThrow();
        storage.rename(free, LogFile.name(2));
        storage.crashLosingAll();

        assertThat(open().endIndex()).isEqualTo(2);
        assertThat(storage.names()).doesNotContain(LogFile.name(2));
    }

    private WriteAheadLog open() throws IOException {
        return WriteAheadLog.open(storage, CONFIG, Runnable::run);
    }

    private static void fill(WriteAheadLog log, int from, int count) throws IOException {
        for (var i = from; i < from + count; i++) {
            log.append(entry(i, 1, "x".repeat(1000)));
        }
        log.flush();
    }

    private static boolean hasRoom(WriteAheadLog log) throws IOException {
        try {
            log.ensureRoom(1000, 1000);
            return true;
        } catch (StorageFullException e) {
            return false;
        }
    }

    private static WalEntry entry(long index, int term, String text) {
        return new WalEntry(index, term, (byte) 0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String text(WriteAheadLog log, long index) throws IOException {
        return StandardCharsets.UTF_8
                .decode(log.read(index, log.term(index)).payload())
                .toString();
    }
}
