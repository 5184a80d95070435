package io.forelog.storage;

import io.forelog.storage.archive.ArchiveStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The data directory of one node, and the logs of its shard replicas. Holds the directory's lock from its
 * construction until {@link #close}. Two threads of its own seal what was rolled, and scrub.
 *
 * <p>Safe for use by any thread.
 */
public final class Storage implements ShardLogs, AutoCloseable {

    private static final int SCRUB_STEPS_PER_SECOND = 4;
    /** After a pass: where there is little to read, to look for it anew each time would be most of the work. */
    private static final int SCRUB_RESTED_STEPS = 8;
    /** How many bytes of frames fetched from the archive are kept. */
    private static final long FRAME_CACHE_BYTES = 64L << 20;

    private final StorageConfig config;
    private final @Nullable ArchiveStore archive;
    private final DataDirectory directory;
    private final FreeSpace space;
    private final NodeBounds bounds;
    private final FrameCache frames = new FrameCache(FRAME_CACHE_BYTES);
    private final Scrubber scrubber = new Scrubber(this::openLogs);
    private final ScheduledExecutorService sealing;
    private final ScheduledExecutorService scrubbing;
    /** Used by the scrubbing thread alone. */
    private int scrubRest;
    private final Map<Path, ChronicleShardLog> open = new HashMap<>();

    /** As {@link #Storage(Path, StorageConfig, ArchiveStore)}, without an archive. */
    public Storage(Path dataDir, StorageConfig config) {
        this(dataDir, config, null);
    }

    /**
     * Takes hold of {@code dataDir}, which is created if it is not there.
     *
     * @param archive where {@link ShardLog#archiveBelow} puts segments, or null; closed with this storage
     * @throws IllegalStateException if another process holds it, or it has a layout of another version; the message
     *     says what to do
     * @throws UncheckedIOException if it cannot be read or written
     */
    public Storage(Path dataDir, StorageConfig config, @Nullable ArchiveStore archive) {
        this.config = config;
        this.archive = archive;
        this.bounds = NodeBounds.of(config);
        try {
            this.directory = DataDirectory.open(dataDir);
            this.space = new FreeSpace(dataDir, config.freeBytesMin());
        } catch (IOException e) {
            throw new UncheckedIOException("the data directory " + dataDir + " cannot be used", e);
        }
        this.sealing = executor("forelog-seal");
        this.scrubbing = executor("forelog-scrub");
        long recheck = config.recheckAfter().toMillis();
        sealing.scheduleAtFixedRate(this::forgetChecks, recheck, recheck, TimeUnit.MILLISECONDS);
        if (config.scrubBytesPerSecond() > 0) {
            long step = Math.max(1, config.scrubBytesPerSecond() / SCRUB_STEPS_PER_SECOND);
            long every = TimeUnit.SECONDS.toMillis(1) / SCRUB_STEPS_PER_SECOND;
            scrubbing.scheduleAtFixedRate(() -> scrub(step), every, every, TimeUnit.MILLISECONDS);
        }
    }

    private void scrub(long bytes) {
        if (scrubRest > 0) {
            scrubRest--;
        } else if (bounds.scrubPace().isDue(bytes) && scrubber.step(bytes)) {
            scrubRest = SCRUB_RESTED_STEPS;
        }
    }

    private static ScheduledExecutorService executor(String name) {
        return Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name(name).daemon().factory());
    }

    @Override
    public ShardLog open(long logIncarnation, int shard) {
        var files = files(logIncarnation, shard);
        synchronized (open) {
            if (open.containsKey(files.directory())) {
                throw new IllegalStateException(files.directory() + " is open already");
            }
            try {
                var log = open(files, new ShardArchive(archive, frames, archivePrefix(logIncarnation) + shard + "/"));
                open.put(files.directory(), log);
                return log;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot open " + files.directory(), e);
            }
        }
    }

    private ChronicleShardLog open(ShardFiles files, ShardArchive shardArchive) throws IOException {
        var recovery = new ShardRecovery(files, shardArchive);
        recovery.run();
        var writer = new ShardWriter(files, config, space, recovery.continued(), recovery.cycle(), recovery.firstCrc());
        return new ChronicleShardLog(files, recovery, writer, new SegmentSeals(files, sealing), shardArchive, bounds);
    }

    private ShardFiles files(long logIncarnation, int shard) {
        return new ShardFiles(directory
                .path()
                .resolve("logs")
                .resolve(String.format(Locale.ROOT, "%016x", logIncarnation))
                .resolve(Integer.toString(shard)));
    }

    private static String archivePrefix(long logIncarnation) {
        return String.format(Locale.ROOT, "%016x/", logIncarnation);
    }

    private Collection<ChronicleShardLog> openLogs() {
        synchronized (open) {
            return List.copyOf(open.values());
        }
    }

    private void forgetChecks() {
        openLogs().forEach(ChronicleShardLog::forgetChecks);
    }

    @Override
    public void close(long logIncarnation, int shard) {
        synchronized (open) {
            var log = open.remove(files(logIncarnation, shard).directory());
            if (log != null) {
                log.close();
            }
        }
    }

    @Override
    public void delete(long logIncarnation, int shard) {
        var files = files(logIncarnation, shard);
        synchronized (open) {
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
    }

    /** A shard that has files on this node. */
    public record Stored(long logIncarnation, int shard) {}

    /** Returns every shard that has files on this node, open or not. */
    public List<Stored> stored() throws IOException {
        var stored = new ArrayList<Stored>();
        for (var log : children(directory.path().resolve("logs"))) {
            for (var shard : children(log)) {
                try {
                    stored.add(new Stored(
                            Long.parseUnsignedLong(log.getFileName().toString(), 16),
                            Integer.parseInt(shard.getFileName().toString())));
                } catch (NumberFormatException e) {
                    // Nothing of ours.
                    continue;
                }
            }
        }
        return stored;
    }

    private static List<Path> children(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var paths = Files.list(directory)) {
            return paths.toList();
        }
    }

    /** Deletes a directory of the node with all that is in it, if it is there, durably. */
    public void deleteTree(Path path) throws IOException {
        if (ShardFiles.deleteTree(path)) {
            ShardFiles.forceDirectory(path.getParent());
        }
    }

    @Override
    public void deleteArchived(long logIncarnation, int shard) {
        if (archive != null) {
            archive.deleteAll(archivePrefix(logIncarnation) + shard + "/");
        }
    }

    /** Returns how far the scrubber is. */
    public ScrubProgress scrubProgress() {
        return scrubber.progress();
    }

    /** Returns how many segments are mapped at present. */
    public int mappedSegments() {
        return bounds.mappedSegments().count();
    }

    @Override
    public void close() {
        stop(scrubbing);
        scrubber.close();
        synchronized (open) {
            open.values().forEach(ChronicleShardLog::close);
            open.clear();
        }
        stop(sealing);
        try {
            directory.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + directory.path(), e);
        } finally {
            if (archive != null) {
                archive.close();
            }
        }
    }

    private static void stop(ScheduledExecutorService executor) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a background step did not end within a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
