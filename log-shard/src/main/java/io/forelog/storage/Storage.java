package io.forelog.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The data directory of one node, and the logs of its shard replicas. Holds the directory's lock from its
 * construction until {@link #close}.
 *
 * <p>Safe for use by any thread.
 */
public final class Storage implements AutoCloseable {

    private final StorageConfig config;
    private final DataDirectory directory;
    private final FreeSpace space;
    private final ExecutorService background;
    private final Map<Path, ChronicleShardLog> open = new HashMap<>();
    private final OpenQueues openQueues;

    /**
     * Takes hold of {@code dataDir}, which is created if it is not there.
     *
     * @throws IllegalStateException if another process holds it, or it has a layout of another version; the message
     *     says what to do
     * @throws UncheckedIOException if it cannot be read or written
     */
    public Storage(Path dataDir, StorageConfig config) {
        this.config = config;
        try {
            this.directory = DataDirectory.open(dataDir);
            this.space = new FreeSpace(dataDir, config.freeBytesMin());
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory " + dataDir + " cannot be used", e);
        }
        this.openQueues = new OpenQueues(config.openQueuesMax());
        this.background = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("forelog-seal").daemon().factory());
    }

    /**
     * Opens the log of a shard replica, which is created empty if it is not there. After an unclean stop its tail is
     * verified first: see {@link ShardLog#damage}.
     *
     * @param logIncarnation unique for ever in a cluster
     * @throws IllegalStateException if it is open already
     */
    public synchronized ShardLog open(long logIncarnation, int shard) {
        var files = files(logIncarnation, shard);
        if (open.containsKey(files.directory())) {
            throw new IllegalStateException(files.directory() + " is open already");
        }
        try {
            var recovery = new ShardRecovery(files);
            recovery.run();
            var writer = new ShardWriter(
                    files, config, space, recovery.continued(), recovery.cycle(), recovery.firstCrc());
            var log = new ChronicleShardLog(files, recovery, writer, new SegmentSeals(files, background), openQueues);
            open.put(files.directory(), log);
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot open " + files.directory(), e);
        }
    }

    private ShardFiles files(long logIncarnation, int shard) {
        return new ShardFiles(directory.path().resolve("logs")
                .resolve(String.format(Locale.ROOT, "%016x", logIncarnation))
                .resolve(Integer.toString(shard)));
    }

    /** Deletes the log of a shard replica with all its records; closes it first if it is open. */
    public synchronized void delete(long logIncarnation, int shard) {
        var files = files(logIncarnation, shard);
        var log = open.remove(files.directory());
        if (log != null) {
            log.close();
        }
        try {
            if (ShardFiles.deleteTree(files.directory())) {
                ShardFiles.forceDirectory(files.directory().getParent());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + files.directory(), e);
        }
    }

    @Override
    public synchronized void close() {
        open.values().forEach(ChronicleShardLog::close);
        open.clear();
        background.shutdown();
        try {
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + directory.path(), e);
        }
    }
}
