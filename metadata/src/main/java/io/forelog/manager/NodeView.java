package io.forelog.manager;

/**
 * One node as the decision sees it.
 *
 * @param capacity requests a second that it can serve
 * @param bytesFree of its disk
 * @param bytesHeld that its shards have on that disk
 * @param bytesPerSecond by which they grow
 * @param copies under way from or to it
 * @param draining whether it takes nothing more
 */
public record NodeView(
        String name,
        double capacity,
        long bytesFree,
        long bytesHeld,
        double bytesPerSecond,
        int copies,
        boolean draining) {

    /** A node whose disk does not fill. */
    public NodeView(String name, double capacity, long bytesFree, int copies, boolean draining) {
        this(name, capacity, bytesFree, 0, 0, copies, draining);
    }
}
