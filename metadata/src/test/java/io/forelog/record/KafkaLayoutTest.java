package io.forelog.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kafka's own reader and writer judge our layout. */
class KafkaLayoutTest {

    @ParameterizedTest
    @EnumSource(Compression.class)
    void kafkaDecodesWhatWeBuild(Compression compression) {
        var records = sampleRecords(compression.id(), 137);
        var builder = new RecordBatchBuilder(compression).producer(77, (short) 3, 1234);
        records.forEach(builder::add);
        var batch = builder.build().withBaseOffset(5_000_000_000L, 9);

        var read = MemoryRecords.readableRecords(batch.buffer());

        var kafkaBatch = read.batches().iterator().next();
        kafkaBatch.ensureValid();
        assertThat(kafkaBatch.baseOffset()).isEqualTo(5_000_000_000L);
        assertThat(kafkaBatch.lastOffset()).isEqualTo(5_000_000_000L + 136);
        assertThat(kafkaBatch.partitionLeaderEpoch()).isEqualTo(9);
        assertThat(kafkaBatch.producerId()).isEqualTo(77);
        assertThat(kafkaBatch.producerEpoch()).isEqualTo((short) 3);
        assertThat(kafkaBatch.baseSequence()).isEqualTo(1234);
        assertThat(kafkaBatch.compressionType().id).isEqualTo((byte) compression.id());
        var decoded = new ArrayList<LogRecord>();
        read.records().forEach(record -> decoded.add(fromKafka(record)));
        assertThat(contents(decoded)).isEqualTo(contents(records));
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void weDecodeWhatKafkaBuilds(Compression compression) {
        var records = sampleRecords(31 + compression.id(), 211);
        var kafka = MemoryRecords.withIdempotentRecords(
                42L,
                kafkaCompression(compression),
                7L,
                (short) 2,
                500,
                -1,
                records.stream().map(KafkaLayoutTest::toKafka).toArray(SimpleRecord[]::new));

        var batch = RecordBatch.parseAll(kafka.buffer()).getFirst();

        batch.verify();
        assertThat(batch.baseOffset()).isEqualTo(42);
        assertThat(batch.endOffset()).isEqualTo(42 + 211);
        assertThat(batch.compression()).isEqualTo(compression);
        assertThat(batch.producerId()).isEqualTo(7);
        assertThat(batch.baseSequence()).isEqualTo(500);
        assertThat(contents(batch.records())).isEqualTo(contents(records));
        assertThat(contents(List.of(batch.record(150)))).isEqualTo(contents(List.of(records.get(150))));
    }

    static List<LogRecord> sampleRecords(long seed, int count) {
        var random = new Random(seed);
        var records = new ArrayList<LogRecord>();
        for (int i = 0; i < count; i++) {
            byte[] key = random.nextInt(5) == 0 ? null : ("key-" + random.nextInt(50)).getBytes(StandardCharsets.UTF_8);
            byte[] value = new byte[random.nextInt(2_000)];
            // Half compressible: runs of one byte between random ones.
            for (int at = 0; at < value.length; at++) {
                value[at] = (byte) (at % 64 < 32 ? at / 64 : random.nextInt());
            }
            var headers = new ArrayList<LogRecord.Header>();
            for (int h = random.nextInt(3); h > 0; h--) {
                headers.add(new LogRecord.Header("name-" + h, "größe " + random.nextInt()));
            }
            records.add(new LogRecord(key, value, headers, 1_700_000_000_000L + random.nextInt(100_000) - 50_000));
        }
        return records;
    }

    /** A record equals another only if its arrays are the same ones; here what they hold is compared. */
    private static List<List<Object>> contents(List<LogRecord> records) {
        return records.stream()
                .map(record -> List.<Object>of(
                        Optional.ofNullable(record.key()).map(ByteBuffer::wrap),
                        ByteBuffer.wrap(record.value()),
                        record.headers(),
                        record.timestamp()))
                .toList();
    }

    private static SimpleRecord toKafka(LogRecord record) {
        var headers = record.headers().stream()
                .map(header ->
                        (Header) new RecordHeader(header.name(), header.value().getBytes(StandardCharsets.UTF_8)))
                .toArray(Header[]::new);
        return new SimpleRecord(record.timestamp(), record.key(), record.value(), headers);
    }

    private static LogRecord fromKafka(org.apache.kafka.common.record.internal.Record record) {
        var headers = new ArrayList<LogRecord.Header>();
        for (var header : record.headers()) {
            headers.add(new LogRecord.Header(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        }
        ByteBuffer key = record.key();
        return new LogRecord(
                key == null ? null : Utils.toArray(key), Utils.toArray(record.value()), headers, record.timestamp());
    }

    private static org.apache.kafka.common.compress.Compression kafkaCompression(Compression compression) {
        return switch (compression) {
            case NONE -> org.apache.kafka.common.compress.Compression.NONE;
            case GZIP -> org.apache.kafka.common.compress.Compression.gzip().build();
            case SNAPPY -> org.apache.kafka.common.compress.Compression.snappy().build();
            case LZ4 -> org.apache.kafka.common.compress.Compression.lz4().build();
            case ZSTD -> org.apache.kafka.common.compress.Compression.zstd().build();
        };
    }
}
