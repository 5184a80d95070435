package io.forelog.server.tail;

import java.time.Duration;

/**
 * What tails may take of a node.
 *
 * @param tailsMax open at a time; each takes a connection or a stream, and some kilobytes
 * @param chunkRecords read and sent at a time
 * @param chunkBytes likewise; with {@code queueBytesMax} what one tail may have in memory
 * @param queueBytesMax sent and not yet taken by the reader, before no more is sent
 * @param gatherMillis how long a commit waits for others to be sent along
 * @param slowMax how long a reader may take nothing before it is told so and cut off
 * @param heartbeat how often a comment is sent, so that neither side takes a quiet connection for a dead one
 */
public record TailLimits(
        int tailsMax,
        int chunkRecords,
        int chunkBytes,
        int queueBytesMax,
        int gatherMillis,
        Duration slowMax,
        Duration heartbeat) {

    public static TailLimits of(int tailsMax, Duration slowMax, Duration heartbeat) {
        return new TailLimits(tailsMax, 1000, 64 << 10, 64 << 10, 2, slowMax, heartbeat);
    }
}
