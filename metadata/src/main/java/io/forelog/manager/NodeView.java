package io.forelog.manager;

/**
 * One node as the decision sees it.
 *
 * @param capacity requests a second that it can serve
 * @param bytesFree of its disk
 * @param copies under way from or to it
 * @param draining whether it takes nothing more
 */
public record NodeView(String name, double capacity, long bytesFree, int copies, boolean draining) {}
