package io.forelog.loadgen.torture.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/** What is done to the files of nodes that do not run. */
final class Disks {

    /** A node with a new disk has it all again when it lacks no more than what is on its way under load. */
    static final long LAG_UNDER_LOAD = 100;

    private static final String SEGMENT = ".cq4";
    private static final String QUEUE = "queue";

    private Disks() {}

    static void wipe(Path directory) throws IOException {
        List<Path> files;
        try (var tree = Files.walk(directory)) {
            files = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (var file : files) {
            Files.delete(file);
        }
    }

    /** Returns the files of closed segments: what is in them is never written again. */
    static List<Path> closedSegments(Path data) throws IOException {
        try (var tree = Files.walk(data)) {
            return tree.filter(file -> file.getFileName().toString().endsWith(SEGMENT))
                    .filter(file -> !file.getParent().getFileName().toString().equals(QUEUE))
                    .sorted()
                    .toList();
        }
    }

    /** Turns one bit in the middle half of a file, where records lie; returns the byte's position. */
    static long flip(Path file, Random random) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = channel.size() / 4 + random.nextLong(Math.max(1, channel.size() / 2));
            var bit = ByteBuffer.allocate(1);
            channel.read(bit, at);
            bit.put(0, (byte) (bit.get(0) ^ 1 << random.nextInt(8)));
            channel.write(bit.flip(), at);
            return at;
        }
    }
}
