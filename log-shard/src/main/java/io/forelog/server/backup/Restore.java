package io.forelog.server.backup;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.server.backup.BackupManifest.LogCopy;
import io.forelog.server.backup.BackupManifest.Part;
import io.forelog.server.backup.BackupManifest.ShardCopy;
import io.forelog.storage.archive.ArchiveStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Fills a cluster from a backup. Each log lives its life again: it is created with its first shards, each gets its
 * records, and is then split or merged as it was, so that children have their numbers, ranges and parents. In the end
 * everything is read back and compared by digest. Use it once, by one thread.
 */
public final class Restore {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int BATCH_BYTES = 256 << 10;
    private static final int BATCH_RECORDS = 1_000;

    private final NodeApi api;
    private final ArchiveStore store;
    private final Consumer<String> told;

    /** @param told a line for each shard that is there again */
    public Restore(NodeApi api, ArchiveStore store, Consumer<String> told) {
        this.api = api;
        this.store = store;
        this.told = told;
    }

    /**
     * Restores every log of the backup.
     *
     * @return how many records there are
     * @throws IllegalStateException if there is no backup, it is damaged, a log of the same name is there, a node
     *     refuses a call, or what is read back is not what was copied
     */
    public long run() {
        var manifest = manifest();
        for (var log : manifest.logs()) {
            if (!api.find("/v1/logs/" + log.name()).isMissingNode()) {
                throw new IllegalStateException(
                        "the cluster has a log '" + log.name() + "': restore into one that has not");
            }
        }
        manifest.logs().forEach(this::restore);
        return manifest.logs().stream()
                .flatMap(log -> log.shards().stream())
                .mapToLong(ShardCopy::records)
                .sum();
    }

    private BackupManifest manifest() {
        long size = store.size(BackupManifest.OBJECT);
        if (size < 0) {
            throw new IllegalStateException("there is no whole backup: " + BackupManifest.OBJECT + " is missing");
        }
        try {
            var manifest =
                    JSON.readValue(store.read(BackupManifest.OBJECT, 0, Math.toIntExact(size)), BackupManifest.class);
            if (manifest.layout() < BackupManifest.LAYOUT_OLDEST || manifest.layout() > BackupManifest.LAYOUT) {
                throw new IllegalStateException("the backup has layout " + manifest.layout() + ", this release reads "
                        + BackupManifest.LAYOUT_OLDEST + " to " + BackupManifest.LAYOUT);
            }
            return manifest;
        } catch (IOException e) {
            throw new UncheckedIOException("the manifest is malformed: " + e.getMessage(), e);
        }
    }

    private void restore(LogCopy log) {
        int first = (int)
                log.shards().stream().filter(shard -> shard.parents().isEmpty()).count();
        int nodes = api.get("/v1/nodes").path("nodes").size();
        var path = "/v1/logs/" + log.name();
        api.send("PUT", path, LogSettingsCopy.created(log.settings(), first, nodes, log.valueBytes()));
        var reshaping = new Reshaping(api, log.name());
        for (var shard : log.shards()) {
            // Parents have lower numbers: their records are there, and they may be sealed.
            reshaping.open(shard, log.shards());
            fill(log.name(), shard);
        }
        reshaping.requireSame(log.shards());
        for (var shard : log.shards()) {
            var digest = ShardReading.digest(api, log.name(), shard.shard(), shard.start(), shard.end());
            if (!digest.equals(shard.digest())) {
                throw new IllegalStateException("shard " + shard.shard() + " of " + log.name()
                        + " is not as it was: its digest is "
                        + digest + ", not " + shard.digest());
            }
            told.accept(log.name() + ", shard " + shard.shard() + ": " + shard.records() + " records, as they were");
        }
        log.cursors().forEach(cursor -> {
            var body = JsonNodeFactory.instance.objectNode();
            cursor.addresses().forEach(body.putArray("addresses")::add);
            api.send("PUT", path + "/cursors/" + cursor.name(), body);
        });
        api.send("PATCH", path, LogSettingsCopy.changed(log.settings()));
    }

    private void fill(String log, ShardCopy shard) {
        var appending = new Appending(log, shard);
        for (var part : shard.parts()) {
            for (var batch : batches(part)) {
                appending.add(batch);
            }
        }
        appending.flush();
    }

    private List<RecordBatch> batches(Part part) {
        byte[] bytes = store.read(part.object(), 0, Math.toIntExact(part.bytes()));
        var sha256 = HexFormat.of().formatHex(RecordsDigest.sha256().digest(bytes));
        if (!sha256.equals(part.sha256())) {
            throw new IllegalStateException(
                    part.object() + " is damaged: its digest is " + sha256 + ", not " + part.sha256());
        }
        return RecordBatch.parseAll(ByteBuffer.wrap(bytes));
    }

    /** Appends a shard's records in larger batches than they came in, which had producers of their own. */
    private final class Appending {

        private final String log;
        private final ShardCopy shard;
        private long offset;
        private @Nullable RecordBatchBuilder gathered;

        Appending(String log, ShardCopy shard) {
            this.log = log;
            this.shard = shard;
            this.offset = shard.start();
        }

        void add(RecordBatch batch) {
            for (var stored : batch.records()) {
                var builder = gathered == null ? new RecordBatchBuilder(batch.compression()) : gathered;
                gathered = builder.add(stored);
                if (builder.sizeBytes() >= BATCH_BYTES || builder.count() >= BATCH_RECORDS) {
                    flush();
                }
            }
        }

        void flush() {
            if (gathered != null) {
                var batch = gathered.build();
                boolean begins = offset == shard.start() && offset > 0;
                api.append(log, shard.shard(), offset, begins, batch);
                offset += batch.count();
                gathered = null;
            }
        }
    }
}
