package io.forelog.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * The names of one shard's files: {@code BASE.cq4} and {@code BASE.idx} for each sealed segment, {@code queue/} for
 * Chronicle's queue with the open one, {@code open.idx} for the index of that after a clean stop, and
 * {@code damaged/} for what was set aside. An archived segment has {@code BASE.arc} and {@code BASE.aidx} instead.
 *
 * @param directory the shard's
 */
record ShardFiles(Path directory) {

    static final String SEGMENT = ".cq4";
    static final String INDEX = ".idx";
    static final String DESCRIPTOR = ".arc";
    static final String ARCHIVED_INDEX = ".aidx";

    Path queue() {
        return directory.resolve("queue");
    }

    Path openIndex() {
        return directory.resolve("open" + INDEX);
    }

    Path damaged() {
        return directory.resolve("damaged");
    }

    Path segment(long base) {
        return directory.resolve(name(base) + SEGMENT);
    }

    Path index(long base) {
        return directory.resolve(name(base) + INDEX);
    }

    /** Returns what a sealed segment's file is called. */
    static String fileName(long base) {
        return name(base) + SEGMENT;
    }

    Path descriptor(long base) {
        return directory.resolve(name(base) + DESCRIPTOR);
    }

    Path archivedIndex(long base) {
        return directory.resolve(name(base) + ARCHIVED_INDEX);
    }

    /** Returns the base offset that a sealed segment's file is named for. */
    static long base(Path file) {
        String name = file.getFileName().toString();
        return Long.parseLong(name.substring(0, name.indexOf('.')));
    }

    private static String name(long base) {
        return String.format(Locale.ROOT, "%020d", base);
    }

    /**
     * Returns the files in {@code directory} whose names end so, in order of their names; none if there is no such
     * directory.
     */
    static List<Path> list(Path directory, String suffix) throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        }
    }

    /** Forces a directory, so that files created in it, moved or deleted stay so. */
    static void forceDirectory(Path directory) throws IOException {
        Uninterrupted.call(() -> {
            try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
            return directory;
        });
    }

    /** Deletes a directory and everything in it; returns whether it was there. */
    static boolean deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return false;
        }
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        return true;
    }
}
