package io.forelog.server;

import io.forelog.server.route.SpreadKeys;
import io.forelog.server.shard.Shards;
import io.forelog.storage.Storage;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.function.ToDoubleFunction;

/** The node's own meters, by Prometheus' conventions: base units, totals that only rise. */
final class NodeMetrics implements AutoCloseable {

    private final MeterRegistry registry;
    private final JvmGcMetrics gc = new JvmGcMetrics();

    NodeMetrics(MeterRegistry registry) {
        this.registry = registry;
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        gc.bindTo(registry);
    }

    void bind(Shards shards) {
        gauge("forelog.shards.open", "Shards that are open on this node", shards, all -> all.replicas()
                .size());
        counter("forelog.append.records", "Records appended", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.appendedRecords())
                .sum());
        counter("forelog.append.bytes", "Bytes of batches appended", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.appendedBytes())
                .sum());
        counter("forelog.reads", "Records read, by whichever tier", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.reads())
                .sum());
        gauge("forelog.append.pending.bytes", "Bytes that wait to be committed", shards, all -> all.all().stream()
                .mapToLong(shard -> shard.pendingBytes())
                .sum());
        gauge("forelog.storage.bytes", "Bytes of disk that shards take", shards, all -> all.replicas().stream()
                .mapToLong(replica -> replica.log().bytes())
                .sum());
    }

    void bind(SpreadKeys spread) {
        counter(
                "forelog.reads.spread.replica",
                "Reads of hot keys, and of their shards, that a replica here answered which does not lead",
                spread,
                SpreadKeys::atReplica);
        counter(
                "forelog.reads.spread.shared",
                "Reads of hot keys that shared another's question to the leader",
                spread,
                SpreadKeys::shared);
    }

    void bind(Storage storage) {
        counter(
                "forelog.scrub.passes",
                "Times that every closed segment was re-read",
                storage,
                all -> all.scrubProgress().passes());
        counter("forelog.scrub.bytes", "Bytes re-read by the scrubber", storage, all -> all.scrubProgress()
                .bytesRead());
        gauge(
                "forelog.scrub.segments.done",
                "Segments that the present pass has re-read",
                storage,
                all -> all.scrubProgress().segmentsDone());
        gauge("forelog.scrub.segments.total", "Segments of the present pass", storage, all -> all.scrubProgress()
                .segmentsTotal());
        gauge("forelog.scrub.segments.damaged", "Segments found damaged", storage, all -> all.scrubProgress()
                .damagedSegments());
        gauge("forelog.storage.segments.mapped", "Closed segments that are mapped", storage, Storage::mappedSegments);
    }

    private <T> void counter(String name, String description, T source, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, source, value).description(description).register(registry);
    }

    private <T> void gauge(String name, String description, T source, ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value).description(description).register(registry);
    }

    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
