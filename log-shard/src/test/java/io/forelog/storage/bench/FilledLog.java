package io.forelog.storage.bench;

import io.forelog.record.Compression;
import io.forelog.record.LogRecord;
import io.forelog.record.RecordBatch;
import io.forelog.record.RecordBatchBuilder;
import io.forelog.storage.ShardLog;
import io.forelog.storage.Storage;
import io.forelog.storage.StorageConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/**
 * A shard of 5 million records of 256 bytes in more than ten segments, in memory where there is a file system for it.
 */
final class FilledLog implements AutoCloseable {

    static final int RECORDS = Integer.getInteger("forelog.bench.records", 5_000_000);
    static final int KEYS = 1_000_000;
    static final int BATCH = 100;
    private static final int VALUE_BYTES = 256;

    private final Path directory;
    private final Storage storage;
    final ShardLog log;

    FilledLog() {
        this.directory = temporary();
        this.storage = new Storage(directory, StorageConfig.defaults().withFreeBytesMin(0));
        this.log = storage.open(1, 0);
        var random = new Random(1);
        for (int i = 0; i < RECORDS / BATCH; i++) {
            log.append(batch(random), 1);
        }
        log.force();
    }

    static Path temporary() {
        var memory = Path.of("/dev/shm");
        try {
            return Files.isWritable(memory)
                    ? Files.createTempDirectory(memory, "bench")
                    : Files.createTempDirectory("bench");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RecordBatch batch(Random random) {
        var builder = new RecordBatchBuilder(Compression.NONE);
        for (int i = 0; i < BATCH; i++) {
            byte[] value = new byte[VALUE_BYTES];
            random.nextBytes(value);
            builder.add(new LogRecord(key(random.nextInt(KEYS)), value, List.of(), 1_700_000_000_000L + i));
        }
        return builder.build();
    }

    static byte[] key(int number) {
        return ("key-" + number).getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        storage.close();
        delete(directory);
    }

    static void delete(Path directory) {
        try (var files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
