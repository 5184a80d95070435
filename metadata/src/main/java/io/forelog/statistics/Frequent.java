package io.forelog.statistics;

/**
 * One of the most frequent of its dimension.
 *
 * @param accesses estimated, of those counted
 */
public record Frequent(String name, long accesses) {}
