package io.forelog.loadgen.bench;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** A topic of {@link KafkaPeer}. */
final class KafkaLog implements PeerLog {

    private static final int BATCH_BYTES = 16 << 10;
    private static final int BULK_BATCH_BYTES = 256 << 10;
    private static final Duration LINGER = Duration.ofMillis(5);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Admin admin;
    private final String addresses;
    private final String topic;

    KafkaLog(Admin admin, String addresses, String topic) {
        this.admin = admin;
        this.addresses = addresses;
        this.topic = topic;
    }

    private KafkaProducer<byte[], byte[]> producer(int batchBytes, Duration linger) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                addresses,
                "acks",
                "all",
                "batch.size",
                batchBytes,
                "linger.ms",
                linger.toMillis(),
                "buffer.memory",
                64L << 20,
                "compression.type",
                "none");
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public Appender appender(int client) {
        var producer = producer(BATCH_BYTES, Duration.ZERO);
        int partition = client % KafkaPeer.PARTITIONS;
        return new Appender() {
            @Override
            public void append(byte[] value) throws ExecutionException, InterruptedException {
                producer.send(new ProducerRecord<>(topic, partition, null, value))
                        .get();
            }

            @Override
            public void close() {
                producer.close(PATIENCE);
            }
        };
    }

    @Override
    public BulkAppender bulkAppender(int client) {
        return new Bulk(producer(BULK_BATCH_BYTES, LINGER), topic, new AtomicReference<>());
    }

    @Override
    public PointReader reader(int client) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                addresses,
                "enable.auto.commit",
                false,
                "auto.offset.reset",
                "none",
                "fetch.min.bytes",
                1,
                "max.partition.fetch.bytes",
                1,
                "max.poll.records",
                1,
                "check.crcs",
                true);
        return new Reader(new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
    }

    @Override
    public void fill(int count, Payload payload) throws ExecutionException {
        var failure = new AtomicReference<@Nullable Exception>();
        try (var producer = producer(BATCH_BYTES, LINGER)) {
            for (int i = 0; i < count; i++) {
                long expected = offset(i);
                producer.send(new ProducerRecord<>(topic, partition(i), null, payload.of(i)), (metadata, failed) -> {
                    if (failed != null) {
                        failure.compareAndSet(null, failed);
                    } else if (metadata.offset() != expected) {
                        failure.compareAndSet(
                                null,
                                new IllegalStateException(
                                        "a record is at offset " + metadata.offset() + " instead of " + expected));
                    }
                });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new ExecutionException(failure.get());
        }
    }

    private static int partition(int record) {
        return record % KafkaPeer.PARTITIONS;
    }

    private static long offset(int record) {
        return record / KafkaPeer.PARTITIONS;
    }

    @Override
    public void close() {
        admin.deleteTopics(List.of(topic))
                .all()
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private record Bulk(
            KafkaProducer<byte[], byte[]> producer, String topic, AtomicReference<@Nullable Exception> failure)
            implements BulkAppender {

        @Override
        public void send(byte[] value) {
            producer.send(new ProducerRecord<>(topic, value), (metadata, failed) -> {
                if (failed != null) {
                    failure.compareAndSet(null, failed);
                }
            });
        }

        @Override
        public void flush() throws ExecutionException {
            producer.flush();
            if (failure.get() != null) {
                throw new ExecutionException(failure.get());
            }
        }

        @Override
        public void close() {
            producer.close(PATIENCE);
        }
    }

    /** Has all partitions assigned and all but one paused, for assigning them anew would cost more than the read. */
    private final class Reader implements PointReader {

        private final KafkaConsumer<byte[], byte[]> consumer;
        private final List<TopicPartition> partitions;
        private int resumed = -1;

        Reader(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            this.partitions = IntStream.range(0, KafkaPeer.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.pause(partitions);
            partitions.forEach(partition -> consumer.seek(partition, 0));
        }

        @Override
        public byte[] read(int record) {
            int partition = partition(record);
            long offset = offset(record);
            if (resumed != partition) {
                if (resumed >= 0) {
                    consumer.pause(List.of(partitions.get(resumed)));
                }
                consumer.resume(List.of(partitions.get(partition)));
                resumed = partition;
            }
            consumer.seek(partitions.get(partition), offset);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() - deadline < 0) {
                for (var found : consumer.poll(PATIENCE)) {
                    if (found.partition() == partition && found.offset() == offset) {
                        return found.value();
                    }
                }
            }
            throw new IllegalStateException("no record " + offset + " of partition " + partition + " in " + PATIENCE);
        }

        @Override
        public void close() {
            consumer.close(CloseOptions.timeout(PATIENCE));
        }
    }
}
