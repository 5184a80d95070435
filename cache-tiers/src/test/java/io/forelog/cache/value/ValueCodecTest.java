package io.forelog.cache.value;

import static org.assertj.core.api.Assertions.assertThat;

import io.forelog.cache.Records;
import io.forelog.cache.TestOwner;
import io.forelog.record.GlobalAddress;
import io.forelog.record.LogRecord;
import io.forelog.record.LogRecord.Header;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

class ValueCodecTest {

    private static final GlobalAddress ADDRESS = new GlobalAddress(0x0102030405060708L, 9, 10);

    @Test
    void anyRecordComesBackAsItWas() {
        long seed = ThreadLocalRandom.current().nextLong();
        System.out.println("seed " + seed);
        var random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            var address = new GlobalAddress(random.nextLong(), random.nextInt(), random.nextLong());
            var record = TestOwner.recordAt(address);

            Records.assertSame(ValueCodec.decode(address, ValueCodec.encode(address, record)), record);
        }
    }

    @Test
    void emptyKeyAndNoKeyAreDifferent() {
        for (var key : new byte[][] {null, {}, {0}}) {
            var record = new LogRecord(key, new byte[0], List.of(), 0);

            assertThat(ValueCodec.decode(ADDRESS, ValueCodec.encode(ADDRESS, record))
                            .key())
                    .isEqualTo(key);
        }
    }

    /** Other versions of a node read these bytes: a change of them needs another version byte. */
    @Test
    void layoutIsTheOneThatWasPublished() {
        var record = new LogRecord(bytes("k"), bytes("value"), List.of(new Header("h", "x")), 1_700_000_000_000L);

        var expected = "01" + "658a5044" + "0102030405060708" + "00000009" + "000000000000000a" + "0000018bcfe56800"
                + "026b" + "01" + "0168" + "0178" + "76616c7565";

        assertThat(HexFormat.of().formatHex(ValueCodec.encode(ADDRESS, record))).isEqualTo(expected);
    }

    @Test
    void anyFlippedBitIsNoticed() {
        var bytes = ValueCodec.encode(ADDRESS, new LogRecord(bytes("k"), bytes("value"), List.of(), 7));
        for (int bit = 0; bit < 8 * bytes.length; bit++) {
            var altered = bytes.clone();
            altered[bit / 8] ^= (byte) (1 << (bit % 8));

            assertThat(ValueCodec.decode(ADDRESS, altered)).as("bit %d", bit).isNull();
        }
    }

    @Test
    void anythingCutOffOrAddedIsNoticed() {
        var bytes = ValueCodec.encode(ADDRESS, new LogRecord(bytes("k"), bytes("value"), List.of(), 7));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(ValueCodec.decode(ADDRESS, Arrays.copyOf(bytes, length)))
                    .as("%d bytes", length)
                    .isNull();
        }
        assertThat(ValueCodec.decode(ADDRESS, Arrays.copyOf(bytes, bytes.length + 1)))
                .isNull();
    }

    @Test
    void valueOfAnotherAddressIsNoticed() {
        var bytes = ValueCodec.encode(ADDRESS, new LogRecord(null, bytes("value"), List.of(), 7));

        assertThat(ValueCodec.decode(new GlobalAddress(ADDRESS.log() + 1, 9, 10), bytes))
                .isNull();
        assertThat(ValueCodec.decode(new GlobalAddress(ADDRESS.log(), 8, 10), bytes))
                .isNull();
        assertThat(ValueCodec.decode(new GlobalAddress(ADDRESS.log(), 9, 11), bytes))
                .isNull();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
