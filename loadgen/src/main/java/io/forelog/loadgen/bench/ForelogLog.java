package io.forelog.loadgen.bench;

import io.forelog.loadgen.client.AppendFormat;
import io.forelog.loadgen.client.AppendOptions;
import io.forelog.loadgen.client.BatchingProducer;
import io.forelog.loadgen.client.ForelogClient;
import io.forelog.loadgen.client.NewRecord;
import io.forelog.loadgen.client.ProducerOptions;
import io.forelog.record.RecordAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A log of {@link ForelogPeer}. */
final class ForelogLog implements PeerLog {

    private final ForelogClient client;
    private final String log;
    private List<RecordAddress> addresses = List.of();

    ForelogLog(ForelogClient client, String log) {
        this.client = client;
        this.log = log;
    }

    @Override
    public Appender appender(int number) {
        return new Appender() {
            @Override
            public void append(byte[] value) throws ExecutionException, InterruptedException {
                client.append(log, List.of(new NewRecord(null, value)), AppendFormat.RAW, AppendOptions.DEFAULT)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public BulkAppender bulkAppender(int number) {
        return new Bulk(client.producer(log, ProducerOptions.DEFAULT));
    }

    @Override
    public PointReader reader(int number) {
        var reader = "bench-" + number;
        return new PointReader() {
            @Override
            public byte[] read(int record) throws ExecutionException, InterruptedException {
                var address = addresses.get(record);
                return client.read(log, address.shard(), address.offset(), reader)
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get()
                        .value()
                        .getBytes();
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public void fill(int count, Payload payload) throws ExecutionException, InterruptedException {
        var appended = new ArrayList<CompletableFuture<RecordAddress>>(count);
        try (var producer = client.producer(log, ProducerOptions.DEFAULT)) {
            for (int i = 0; i < count; i++) {
                appended.add(producer.send(new NewRecord(null, payload.of(i))));
            }
        }
        var found = new ArrayList<RecordAddress>(count);
        for (var address : appended) {
            found.add(address.get());
        }
        addresses = found;
    }

    @Override
    public void close() {
        client.deleteLog(log).await();
    }

    private record Bulk(BatchingProducer producer, AtomicReference<@Nullable Throwable> failure)
            implements BulkAppender {

        Bulk(BatchingProducer producer) {
            this(producer, new AtomicReference<>());
        }

        @Override
        public void send(byte[] value) {
            producer.send(new NewRecord(null, value)).whenComplete((address, failed) -> {
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
            producer.close();
        }
    }
}
