package io.forelog.server.backup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forelog.server.backup.BackupManifest.CursorCopy;
import io.forelog.server.backup.BackupManifest.LogCopy;
import io.forelog.server.backup.BackupManifest.ShardCopy;
import io.forelog.storage.archive.ArchiveStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Copies logs of a running cluster into a store. Use it once, by one thread. */
public final class Backup {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final NodeApi api;
    private final ArchiveStore store;
    private final Clock clock;
    private final Consumer<String> told;

    /**
     * @param store must hold no backup
     * @param told a line for each shard that was copied
     */
    public Backup(NodeApi api, ArchiveStore store, Clock clock, Consumer<String> told) {
        this.api = api;
        this.store = store;
        this.clock = clock;
        this.told = told;
    }

    /**
     * Copies.
     *
     * @param wanted the logs' names; none for all
     * @return how many records were copied
     * @throws IllegalStateException if a node refuses a call, or the store holds a backup
     */
    public long run(List<String> wanted) {
        if (store.size(BackupManifest.OBJECT) >= 0) {
            throw new IllegalStateException("there is a backup already: give another place");
        }
        var takenAt = clock.instant().toString();
        var names = wanted.isEmpty() ? names() : wanted;
        var logs = names.stream().map(this::copy).toList();
        write(new BackupManifest(BackupManifest.LAYOUT, takenAt, logs));
        return logs.stream()
                .flatMap(log -> log.shards().stream())
                .mapToLong(ShardCopy::records)
                .sum();
    }

    private List<String> names() {
        var names = new ArrayList<String>();
        api.get("/v1/logs")
                .path("logs")
                .forEach(log -> names.add(log.path("name").asText()));
        // The cluster's own, which another has already.
        names.removeIf(name -> name.startsWith("_"));
        return names;
    }

    private LogCopy copy(String name) {
        var settings = LogSettingsCopy.of(api.get("/v1/logs/" + name));
        // Before the shards: no cursor may stand behind what is copied.
        var cursors = new ArrayList<CursorCopy>();
        for (var cursor : api.get("/v1/logs/" + name + "/cursors").path("cursors")) {
            cursors.add(new CursorCopy(cursor.path("name").asText(), texts(cursor.path("addresses"))));
        }
        var map = api.get("/v1/logs/" + name + "/shards").path("shards");
        var shards = new ArrayList<ShardCopy>();
        int longest = 0;
        for (var shard : map) {
            var parts = new PartWriter(
                    store, "logs/" + name + "/" + shard.path("shard").asInt());
            shards.add(copy(name, shard, parts));
            longest = Math.max(longest, parts.valueBytesMax());
        }
        return new LogCopy(name, settings, longest, shards, cursors);
    }

    private ShardCopy copy(String log, JsonNode shard, PartWriter parts) {
        long start = shard.path("startOffset").asLong();
        while (true) {
            try {
                return copy(log, shard, start, parts);
            } catch (NodeApi.ExpiredException e) {
                // Retention was faster than this, or is so on the node that answered.
                start = e.startOffset();
                parts.restart();
            }
        }
    }

    private ShardCopy copy(String log, JsonNode shard, long start, PartWriter parts) {
        int number = shard.path("shard").asInt();
        boolean sealed = !shard.path("state").asText().equals("OPEN");
        var digest = new RecordsDigest();
        long end = sealed ? ShardReading.TO_THE_END : end(shard.path("highWatermark").asLong(), start);
        long copied = ShardReading.each(api, log, number, start, end, batch -> {
            batch.records().forEach(digest::add);
            parts.add(batch);
        });
        var parents = new ArrayList<Integer>();
        shard.path("parents").forEach(parent -> parents.add(parent.asInt()));
        told.accept(log + ", shard " + number + ": " + (copied - start) + " records");
        return new ShardCopy(
                number,
                sealed,
                shard.path("range").path("from").asText(),
                shard.path("range").path("last").asText(),
                parents,
                start,
                copied,
                digest.end(),
                parts.end());
    }

    /** Of what retention has shortened something is always left, and says where the next record goes. */
    private static long end(long highWatermark, long start) {
        return start == 0 ? highWatermark : Math.max(highWatermark, start + 1);
    }

    private static List<String> texts(JsonNode array) {
        return IntStream.range(0, array.size())
                .mapToObj(i -> array.get(i).asText())
                .toList();
    }

    private void write(BackupManifest manifest) {
        try {
            var file = Files.createTempFile("forelog-backup-", ".json");
            try {
                Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
                store.put(BackupManifest.OBJECT, file);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the manifest: " + e.getMessage(), e);
        }
    }
}
