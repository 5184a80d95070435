package io.forelog.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Bytes that someone altered on purpose, CRC and all: the only answer is {@link CorruptBatchException}. */
class HostileBatchTest {

    @ParameterizedTest
    @EnumSource(Compression.class)
    void alteredBytesUnderARightCrcAreDecodedOrRefusedAndNothingElse(Compression compression) {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        byte[] whole = bytes(compression, 20);
        for (int round = 0; round < 3_000; round++) {
            byte[] altered = whole.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                altered[BatchLayout.ATTRIBUTES + random.nextInt(altered.length - BatchLayout.ATTRIBUTES)] =
                        (byte) random.nextInt();
            }
            sign(altered);
            try {
                var batch = RecordBatch.wrap(ByteBuffer.wrap(altered));
                batch.verify(1 << 20);
                assertThat(batch.records()).hasSize(batch.count());
            } catch (CorruptBatchException refused) {
                assertThat(refused).hasMessageMatching("(?s).+");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aBatchCutShortAnywhereIsRefused(Compression compression) {
        byte[] whole = bytes(compression, 3);
        for (int length = 0; length < whole.length; length++) {
            var cut = ByteBuffer.wrap(Arrays.copyOf(whole, length));
            assertThatThrownBy(() -> RecordBatch.wrap(cut)).isInstanceOf(CorruptBatchException.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aBatchThatDecompressesToMoreThanTheBoundIsRefused(Compression compression) {
        var batch = new RecordBatchBuilder(compression)
                .add(new LogRecord(null, new byte[8 << 20], List.of(), 1))
                .build();

        assertThatThrownBy(() -> batch.verify(1 << 20))
                .isInstanceOf(CorruptBatchException.class)
                .hasMessageContaining("more than");
        batch.verify();
    }

    @Test
    void everyFlippedBitUnderTheCrcIsNoticed() {
        byte[] whole = bytes(Compression.NONE, 2);
        for (int bit = BatchLayout.CRC * 8; bit < whole.length * 8; bit++) {
            byte[] altered = whole.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThatThrownBy(() -> RecordBatch.wrap(ByteBuffer.wrap(altered)).verify())
                    .isInstanceOf(CorruptBatchException.class);
        }
    }

    private static byte[] bytes(Compression compression, int records) {
        var builder = new RecordBatchBuilder(compression);
        KafkaLayoutTest.sampleRecords(5, records).forEach(builder::add);
        var buffer = builder.build().buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static void sign(byte[] batch) {
        var crc = new CRC32C();
        crc.update(batch, BatchLayout.ATTRIBUTES, batch.length - BatchLayout.ATTRIBUTES);
        ByteBuffer.wrap(batch).putInt(BatchLayout.CRC, (int) crc.getValue());
    }
}
