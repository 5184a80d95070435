package io.forelog.server.backup;

import io.forelog.record.RecordBatch;
import io.forelog.server.backup.BackupManifest.Part;
import io.forelog.storage.archive.ArchiveStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Gathers a shard's batches into objects of a bounded size. For one thread. */
final class PartWriter {

    private static final int PART_BYTES = 32 << 20;

    private final ArchiveStore store;
    private final String prefix;
    private final List<Part> parts = new ArrayList<>();
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();
    private int valueBytesMax;

    PartWriter(ArchiveStore store, String prefix) {
        this.store = store;
        this.prefix = prefix;
    }

    void add(RecordBatch batch) {
        var bytes = new byte[batch.sizeBytes()];
        batch.buffer().get(batch.buffer().position(), bytes);
        gathered.writeBytes(bytes);
        batch.records().forEach(stored -> valueBytesMax = Math.max(valueBytesMax, stored.value().length));
        if (gathered.size() >= PART_BYTES) {
            put();
        }
    }

    /** Begins anew; objects that were written are written again. */
    void restart() {
        parts.clear();
        gathered.reset();
    }

    /** Returns the length of the longest value so far. */
    int valueBytesMax() {
        return valueBytesMax;
    }

    /** Writes what is left, and returns all parts in order. */
    List<Part> end() {
        if (gathered.size() > 0) {
            put();
        }
        return List.copyOf(parts);
    }

    private void put() {
        var object = prefix + "/" + parts.size() + ".batches";
        byte[] bytes = gathered.toByteArray();
        gathered.reset();
        try {
            var file = Files.createTempFile("forelog-backup-", ".batches");
            try {
                Files.write(file, bytes);
                store.put(object, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + object + ": " + e.getMessage(), e);
        }
        parts.add(new Part(
                object,
                bytes.length,
                HexFormat.of().formatHex(RecordsDigest.sha256().digest(bytes))));
    }
}
